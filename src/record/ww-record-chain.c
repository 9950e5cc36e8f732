/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-record.h"

#include <stdlib.h>
#include <string.h>

static bool
is_same (const WwRecord *a, const WwRecord *b)
{
  return memcmp (ww_record_hash (a), ww_record_hash (b), WW_HASH_SIZE) == 0;
}

/*
 * ww_record_check_next:
 *
 * Whether @next is the direct successor of @self. In this order:
 * WW_RECORD_WRONG_ACCOUNT, of another account; WW_RECORD_FORKED, another record
 * with the same sequence number; WW_RECORD_ROLLED_BACK, a lower number, or
 * @self again; WW_RECORD_GAP, a number that leaves some out; WW_RECORD_FORKED,
 * the next number, but the hash of another predecessor; WW_RECORD_WRONG_KEY,
 * another account key though the record is no reset.
 */
WwRecordStatus
ww_record_check_next (const WwRecord *self, const WwRecord *next)
{
  uint64_t sequence = ww_record_sequence (self);
  uint64_t next_sequence = ww_record_sequence (next);

  if (memcmp (ww_record_account_id (self), ww_record_account_id (next), WW_ID_SIZE) != 0)
    return WW_RECORD_WRONG_ACCOUNT;

  if (next_sequence == sequence && !is_same (self, next))
    return WW_RECORD_FORKED;
  if (next_sequence <= sequence)
    return WW_RECORD_ROLLED_BACK;
  if (next_sequence - sequence != 1)
    return WW_RECORD_GAP;

  if (memcmp (ww_record_previous (next), ww_record_hash (self), WW_HASH_SIZE) != 0)
    return WW_RECORD_FORKED;

  if (!ww_record_is_reset (next) &&
      memcmp (ww_record_account_key (self), ww_record_account_key (next), WW_POINT_SIZE) != 0)
    return WW_RECORD_WRONG_KEY;

  return WW_RECORD_OK;
}

/* A record of the answer, after `previous` of the same answer, or as the first of it. */
static WwRecordStatus
check_one (const WwRecord *known, const uint8_t *account_id, const WwRecord *previous, const WwRecord *record)
{
  uint64_t sequence = ww_record_sequence (record);

  if (account_id != NULL && memcmp (account_id, ww_record_account_id (record), WW_ID_SIZE) != 0)
    return WW_RECORD_WRONG_ACCOUNT;

  if (previous != NULL)
    {
      WwRecordStatus status = ww_record_check_next (previous, record);

      if (status != WW_RECORD_OK)
        return status;
    }
  else if (known == NULL)
    {
      if (sequence != 1)
        return WW_RECORD_GAP;
    }
  else if (sequence > ww_record_sequence (known))
    {
      return ww_record_check_next (known, record);
    }

  /* The answer may begin before the known record; then it has to pass through it. */
  if (known != NULL && sequence == ww_record_sequence (known) && !is_same (known, record))
    return WW_RECORD_FORKED;

  return WW_RECORD_OK;
}

/* What the last record of the answer, or the lack of one, says against the number that the server calls current. */
static WwRecordStatus
check_end (const WwRecord *known, const WwRecord *last, uint64_t current_sequence)
{
  uint64_t known_sequence = known != NULL ? ww_record_sequence (known) : 0;
  uint64_t last_sequence = last != NULL ? ww_record_sequence (last) : known_sequence;

  if (last_sequence < known_sequence)
    return WW_RECORD_ROLLED_BACK;
  if (current_sequence == WW_RECORD_CURRENT_UNKNOWN)
    return WW_RECORD_OK;
  if (current_sequence < last_sequence)
    return WW_RECORD_ROLLED_BACK;
  /* A long chain comes in several answers, but each has to lead further. */
  if (current_sequence > last_sequence && last_sequence == known_sequence)
    return WW_RECORD_GAP;

  return WW_RECORD_OK;
}

static void
free_records (WwRecord **records, size_t n)
{
  for (size_t i = 0; i < n; i++)
    ww_record_unref (records[i]);
  free (records);
}

/* The records at the end of the answer that are newer than the known one. */
static size_t
drop_known (const WwRecord *known, WwRecord **records, size_t n)
{
  size_t old = 0;

  while (known != NULL && old < n && ww_record_sequence (records[old]) <= ww_record_sequence (known))
    ww_record_unref (records[old++]);
  memmove (records, records + old, (n - old) * sizeof *records);

  return n - old;
}

/*
 * ww_record_check_chain:
 * @known: (nullable): the newest record seen before; NULL: the chain must start at 1
 * @account_id: (nullable): the account asked for; NULL when it is not known in advance
 * @chain: (array length=n_chain): the answer's records, their sizes checked by wire/
 * @current_sequence: of the account's newest record, as the server says, or
 *   WW_RECORD_CURRENT_UNKNOWN when the answer has no such field
 * @out: (out) (array length=n_out): the records newer than @known, ascending; may be
 *   none. NULL unless WW_RECORD_OK. Unref each and free() the array
 *
 * Checks that an answer continues the history seen before, one successor after
 * the other (ww_record_check_next()). An answer may begin at or before @known if
 * it passes through it; the old records are checked and left out. Beyond that:
 *
 * - a record with the number of @known and another hash: WW_RECORD_FORKED;
 * - an answer that ends before @known, or a current number below @known's or
 *   below what the answer itself holds: WW_RECORD_ROLLED_BACK;
 * - a first record that leaves some out, or a current number above @known's with
 *   nothing new in the answer: WW_RECORD_GAP;
 * - more than WW_MAX_CHAIN records: WW_RECORD_MALFORMED.
 *
 * An answer whose last record is older than the current number is one part of a
 * long chain: ask again from there.
 */
WwRecordStatus
ww_record_check_chain (WwRecord *known, const uint8_t *account_id, Waxwing__SignedRecord **chain, size_t n_chain,
                       uint64_t current_sequence, WwRecord ***out, size_t *n_out)
{
  WwRecord **records;
  size_t n = 0;
  WwRecordStatus status = WW_RECORD_OK;

  *out = NULL;
  *n_out = 0;
  if (n_chain > WW_MAX_CHAIN)
    return WW_RECORD_MALFORMED;
  if (account_id == NULL && known != NULL)
    account_id = ww_record_account_id (known);
  else if (known != NULL && memcmp (account_id, ww_record_account_id (known), WW_ID_SIZE) != 0)
    return WW_RECORD_WRONG_ACCOUNT;

  records = calloc (n_chain > 0 ? n_chain : 1, sizeof (WwRecord *));
  if (records == NULL)
    return WW_RECORD_MALFORMED;

  while (status == WW_RECORD_OK && n < n_chain)
    {
      status = ww_record_new (WW_BYTES (chain[n]->record.data, chain[n]->record.len),
                              WW_BYTES (chain[n]->signature.data, chain[n]->signature.len), &records[n]);
      if (status == WW_RECORD_OK)
        {
          status = check_one (known, account_id, n > 0 ? records[n - 1] : NULL, records[n]);
          n++;
        }
    }
  if (status == WW_RECORD_OK)
    status = check_end (known, n > 0 ? records[n - 1] : NULL, current_sequence);
  if (status != WW_RECORD_OK)
    {
      free_records (records, n);
      return status;
    }

  *n_out = drop_known (known, records, n);
  *out = records;

  return WW_RECORD_OK;
}
