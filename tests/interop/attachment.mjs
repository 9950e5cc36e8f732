// SPDX-License-Identifier: GPL-3.0-or-later
// The examples of sealed attachments, computed from the text of docs/protocol.md alone and compared with
// tests/vectors/attachment.json. With --write the file is written instead. TAP on standard output.

import { createCipheriv, createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const SEGMENT = 65536;
const [path, write] = process.argv.slice(2);

// Padmé, with a floor of 256.
function padme(size) {
  if (size <= 256) return 256;
  const e = Math.floor(Math.log2(size));
  const step = 2 ** (e - (Math.floor(Math.log2(e)) + 1));
  return Math.ceil(size / step) * step;
}

function seal(key, file) {
  const padded = Buffer.concat([file, Buffer.alloc(padme(file.length) - file.length)]);
  const sealed = [];
  for (let at = 0, counter = 0; at < padded.length; at += SEGMENT, counter++) {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(counter, 7);
    nonce[11] = at + SEGMENT >= padded.length ? 1 : 0;
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    sealed.push(cipher.update(padded.subarray(at, at + SEGMENT)), cipher.final(), cipher.getAuthTag());
  }
  return Buffer.concat(sealed);
}

function example(keyByte, size) {
  const key = Buffer.alloc(32, keyByte);
  const sealed = seal(key, Buffer.from(Array.from({ length: size }, (_, i) => i % 251)));
  const result = { key: key.toString("hex"), size, padded_size: padme(size), sealed_size: sealed.length };
  if (sealed.length < 1024) result.sealed = sealed.toString("hex");
  return { ...result, hash: createHash("sha256").update(sealed).digest("hex") };
}

const computed = [example(0x0a, 5), example(0x0b, 65536), example(0x0c, 200000)];

if (write === "--write") {
  writeFileSync(path, JSON.stringify(computed, null, 2) + "\n");
} else {
  const stored = JSON.parse(readFileSync(path));
  const same = JSON.stringify(stored) === JSON.stringify(computed);
  console.log(`1..1\n${same ? "ok" : "not ok"} 1 - sealed attachments, as another program makes them`);
  process.exitCode = same ? 0 : 1;
}
