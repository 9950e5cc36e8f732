// SPDX-License-Identifier: GPL-3.0-or-later
// An independent HPKE implementation against ours, both ways. TAP on standard output.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";

const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

const helper = spawn(process.argv[2], { stdio: ["pipe", "pipe", "inherit"] });
const answers = createInterface({ input: helper.stdout })[Symbol.asyncIterator]();

const hex = (bytes) => Buffer.from(bytes).toString("hex") || "-";
const bytes = (text) => new TextEncoder().encode(text);

async function ask(...words) {
  helper.stdin.write(words.join(" ") + "\n");
  const { value, done } = await answers.next();
  if (done) throw new Error("the helper has ended");
  return value;
}

// What Waxwing seals by HPKE: the content key, the account key, a pending device's name. And sizes at the edges.
const cases = [
  ["a content key", "waxwing/1/wrap", randomBytes(32), randomBytes(32)],
  ["an account key", "waxwing/1/account-key", randomBytes(32), randomBytes(32)],
  ["a device's name", "waxwing/1/pending-name", randomBytes(32), randomBytes(64)],
  ["one byte", "", new Uint8Array(), randomBytes(1)],
  ["a long text", "info", randomBytes(1000), randomBytes(70000)],
];

async function opensOurs(info, aad, plaintext) {
  const pair = await suite.kem.generateKeyPair();
  const point = new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey));
  const sealed = Buffer.from(await ask("seal", hex(point), hex(bytes(info)), hex(aad), hex(plaintext)), "hex");
  const recipient = await suite.createRecipientContext({
    recipientKey: pair.privateKey,
    enc: sealed.subarray(0, 65),
    info: bytes(info),
  });
  const opened = await recipient.open(sealed.subarray(65), aad);
  return hex(opened) === hex(plaintext);
}

async function isOpenedByOurs(info, aad, plaintext, { spoil = false } = {}) {
  const pair = await suite.kem.generateKeyPair();
  const scalar = new Uint8Array(await suite.kem.serializePrivateKey(pair.privateKey));
  const sender = await suite.createSenderContext({ recipientPublicKey: pair.publicKey, info: bytes(info) });
  const sealed = Buffer.concat([Buffer.from(sender.enc), Buffer.from(await sender.seal(plaintext, aad))]);
  if (spoil) sealed[sealed.length - 1] ^= 1;
  const answer = await ask("open", hex(scalar), hex(bytes(info)), hex(aad), hex(sealed));
  return spoil ? answer === "refused" : answer === hex(plaintext);
}

const tests = [];
for (const [name, info, aad, plaintext] of cases) {
  tests.push([`it opens ours: ${name}`, () => opensOurs(info, aad, plaintext)]);
  tests.push([`ours opens it: ${name}`, () => isOpenedByOurs(info, aad, plaintext)]);
}
tests.push(["ours refuses what was altered", () => isOpenedByOurs(...cases[0].slice(1), { spoil: true })]);

let failed = 0;
console.log(`1..${tests.length}`);
for (const [index, [name, test]] of tests.entries()) {
  let good = false;
  try {
    good = await test();
  } catch (error) {
    console.log(`# ${error.stack.replaceAll("\n", "\n# ")}`);
  }
  failed += good ? 0 : 1;
  console.log(`${good ? "ok" : "not ok"} ${index + 1} ${name}`);
}
helper.stdin.end();
process.exitCode = failed === 0 ? 0 : 1;
