/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-error"

#include "ww-error-private.h"

#include <glib/gi18n-lib.h>

/* What WW_ERROR_REFUSED carries beside its sentence. */
typedef struct
{
  char *code;
  gboolean retryable;
} WwErrorPrivate;

static void
ww_error_private_init (WwErrorPrivate *priv)
{
  priv->code = NULL;
  priv->retryable = FALSE;
}

static void
ww_error_private_copy (const WwErrorPrivate *source, WwErrorPrivate *target)
{
  target->code = g_strdup (source->code);
  target->retryable = source->retryable;
}

static void
ww_error_private_clear (WwErrorPrivate *priv)
{
  g_clear_pointer (&priv->code, g_free);
}

G_DEFINE_EXTENDED_ERROR (WwError, ww_error)

/* One row for each code, in the order of the enumeration. */
static const struct
{
  const char *code;
  gboolean retryable;
  const char *sentence;
} kinds[] = {
  [WW_ERROR_FAILED] = { "failed", FALSE, N_ ("Something went wrong.") },
  [WW_ERROR_CANCELLED] = { "cancelled", FALSE, N_ ("This was cancelled.") },
  [WW_ERROR_INVALID_ARGUMENT] = { "invalid-argument", FALSE, N_ ("This is not valid.") },
  [WW_ERROR_KEYRING_LOCKED] = { "keyring-locked", TRUE,
                                N_ ("The keyring is locked. Unlock it to read and write messages.") },
  [WW_ERROR_KEYRING_UNAVAILABLE] = { "keyring-unavailable", TRUE,
                                     N_ ("No keyring answers. Waxwing needs GNOME Keyring, KWallet, KeePassXC or "
                                         "another "
                                         "Secret Service to keep its keys.") },
  [WW_ERROR_KEYS_MISSING] = { "keys-missing", FALSE,
                              N_ ("The messages on this device are there, but their keys are not in the keyring. "
                                  "Restore the "
                                  "keyring they were made with.") },
  [WW_ERROR_STORE_FOREIGN] = { "store-foreign", FALSE,
                               N_ ("The message store was not made by Waxwing with these keys, so it was left "
                                   "alone.") },
  [WW_ERROR_STORE_NEWER] = { "store-newer", FALSE,
                             N_ ("The message store was written by a newer Waxwing. Update Waxwing to open it.") },
  [WW_ERROR_STORE_FULL] = { "store-full", TRUE, N_ ("The disk is full. Make room, then try again.") },
  [WW_ERROR_STORE_FAILED] = { "store-failed", FALSE, N_ ("The message store could not be read or written.") },
  [WW_ERROR_PROFILE_IN_USE] = { "profile-in-use", TRUE,
                                N_ ("Another program is using this profile. Close it, then try again.") },
  [WW_ERROR_NOT_ENROLLED] = { "not-enrolled", FALSE, N_ ("This device does not belong to an account yet.") },
  [WW_ERROR_OFFLINE] = { "offline", TRUE, N_ ("There is no connection to the server.") },
  [WW_ERROR_TIMED_OUT] = { "timed-out", TRUE, N_ ("This took too long.") },
  [WW_ERROR_INSECURE_SERVER] = { "insecure-server", FALSE,
                                 N_ ("This server would be talked to without encryption, so it was not contacted.") },
  [WW_ERROR_PROTOCOL] = { "protocol", TRUE, N_ ("The server sent something that is not allowed.") },
  [WW_ERROR_REFUSED] = { "refused", FALSE, N_ ("The server refused this.") },
  [WW_ERROR_NO_SUCH_PERSON] = { "no-such-person", FALSE, N_ ("Nobody with this address uses Waxwing on this server.") },
  [WW_ERROR_RECORD_MALFORMED] = { "record-malformed", FALSE,
                                  N_ ("The server showed a damaged account record. It was refused.") },
  [WW_ERROR_RECORD_SIGNATURE] = { "record-signature", FALSE,
                                  N_ ("The server showed an account record that its owner did not sign. It was "
                                      "refused.") },
  [WW_ERROR_RECORD_DEVICE_UNSIGNED] = { "record-device-unsigned", FALSE,
                                        N_ ("The server showed an account record with a device that does not belong to "
                                            "it. "
                                            "It was refused.") },
  [WW_ERROR_RECORD_ROLLED_BACK] = { "record-rolled-back", FALSE,
                                    N_ ("The server showed an older account record than before. It was refused.") },
  [WW_ERROR_RECORD_FORKED] = { "record-forked", FALSE,
                               N_ ("The server showed an account record that contradicts an earlier one. It was "
                                   "refused.") },
  [WW_ERROR_RECORD_GAP] = { "record-gap", FALSE,
                            N_ ("The server left out a part of an account’s history. It was refused.") },
  [WW_ERROR_RECORD_WRONG_ACCOUNT] = { "record-wrong-account", FALSE,
                                      N_ ("The server showed the record of another account. It was refused.") },
  [WW_ERROR_RECORD_WRONG_KEY] = { "record-wrong-key", FALSE,
                                  N_ ("The server showed an account record with another key. It was refused.") },
  [WW_ERROR_MESSAGE_MALFORMED] = { "message-malformed", FALSE, N_ ("A message was damaged and could not be opened.") },
  [WW_ERROR_MESSAGE_NOT_FOR_US] = { "message-not-for-us", FALSE,
                                    N_ ("A message was not made for this device and could not be opened.") },
  [WW_ERROR_MESSAGE_ALTERED] = { "message-altered", FALSE, N_ ("A message was changed on its way and was refused.") },
  [WW_ERROR_MESSAGE_SIGNATURE] = { "message-signature", FALSE,
                                   N_ ("A message was not signed by the device it claims to come from and was "
                                       "refused.") },
  [WW_ERROR_MESSAGE_SENDER_DEVICE] = { "message-sender-device", FALSE,
                                       N_ ("A message came from a device that does not belong to its sender and was "
                                           "refused.") },
  [WW_ERROR_MESSAGE_NOT_PARTICIPANT] = { "message-not-participant", FALSE,
                                         N_ ("A message belongs to a conversation that you are not part of and was "
                                             "refused.") },
  [WW_ERROR_MESSAGE_REPLAYED] = { "message-replayed", FALSE,
                                  N_ ("A message claimed to be an earlier one with other words and was refused.") },
  [WW_ERROR_MESSAGE_WEAK_SUITE] = { "message-weak-suite", FALSE,
                                    N_ ("A message was sealed more weakly than this device allows and was refused.") },
  [WW_ERROR_APPROVAL_DIGITS] = { "approval-digits", TRUE,
                                 N_ ("These are not the digits that the other device shows.") },
  [WW_ERROR_APPROVAL_ENDED] = { "approval-ended", FALSE,
                                N_ ("This request has ended. Start again on the new device.") },
  [WW_ERROR_COST_NOT_ACCEPTED] = { "cost-not-accepted", FALSE,
                                   N_ ("A text message may cost you money, and you have not agreed to that yet.") },
  [WW_ERROR_IDENTITY_CHANGED] = { "identity-changed", FALSE,
                                  N_ ("This person’s identity has changed. Compare the safety number, or decide to "
                                      "write anyway.") },
  [WW_ERROR_BLOCKED] = { "blocked", FALSE, N_ ("You have blocked this person.") },
  [WW_ERROR_LAST_HANDLE] = { "last-handle", FALSE,
                             N_ ("This is your only address. Add another one before you remove it.") },
  [WW_ERROR_TOO_MANY_DEVICES] = { "too-many-devices", FALSE,
                                  N_ ("An account has at most 20 devices. Remove one of them, then try again.") },
  [WW_ERROR_TOO_MANY_REQUESTS] = { "too-many-requests", FALSE,
                                   N_ ("Messages from strangers were refused, because too many wait for your "
                                       "decision already.") },
  [WW_ERROR_NOT_IN_GROUP] = { "not-in-group", FALSE, N_ ("You are not in this group any more.") },
  [WW_ERROR_GROUP_FULL] = { "group-full", FALSE,
                            N_ ("This group is full. Remove somebody first, or start a new group.") },
  [WW_ERROR_OTHER_ACCOUNT] = { "other-account", FALSE,
                               N_ ("These messages belong to another account. Only the account that they were saved "
                                   "from can have them back.") },
  [WW_ERROR_WRONG_PASSPHRASE] = { "wrong-passphrase", FALSE,
                                  N_ ("This backup does not open with this passphrase. Check it, and try again.") },
  [WW_ERROR_BACKUP_DAMAGED] = { "backup-damaged", FALSE,
                                N_ ("This backup is damaged. What comes before the damage has been taken.") },
  [WW_ERROR_NO_HISTORY] = { "no-history", FALSE,
                            N_ ("No other device has offered its messages. Offer them there to this device first.") },
  [WW_ERROR_GROUP_CHANGE] = { "group-change", FALSE,
                              N_ ("A change of a group was not made by somebody who may, and was refused.") },
};

/**
 * ww_error_get_code:
 * @error: an error of any domain
 *
 * The stable word for scripts, as in `waxwing-cli --json`. For WW_ERROR_REFUSED it is the server's own code.
 *
 * Returns: (transfer none): never %NULL, valid as long as @error
 */
const char *
ww_error_get_code (const GError *error)
{
  g_return_val_if_fail (error != NULL, "failed");

  if (g_error_matches (error, WW_ERROR, WW_ERROR_REFUSED))
    {
      WwErrorPrivate *priv = ww_error_get_private (error);

      if (priv->code != NULL)
        return priv->code;
    }

  if (error->domain == WW_ERROR && error->code >= 0 && error->code < (int) G_N_ELEMENTS (kinds))
    return kinds[error->code].code;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return kinds[WW_ERROR_CANCELLED].code;

  return kinds[WW_ERROR_FAILED].code;
}

/**
 * ww_error_is_retryable:
 * @error: an error of any domain
 *
 * Returns: whether doing the same again later, or after what the sentence asks for, can help
 */
gboolean
ww_error_is_retryable (const GError *error)
{
  g_return_val_if_fail (error != NULL, FALSE);

  if (g_error_matches (error, WW_ERROR, WW_ERROR_REFUSED))
    return ((WwErrorPrivate *) ww_error_get_private (error))->retryable;
  if (error->domain == WW_ERROR && error->code >= 0 && error->code < (int) G_N_ELEMENTS (kinds))
    return kinds[error->code].retryable;

  return FALSE;
}

const char *
ww_error_get_sentence (WwError code)
{
  g_return_val_if_fail ((guint) code < G_N_ELEMENTS (kinds), NULL);

  return _ (kinds[code].sentence);
}

const char *
ww_error_get_sentence_for_code (const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (g_strcmp0 (kinds[i].code, code) == 0)
        return _ (kinds[i].sentence);
    }

  return NULL;
}

char *
ww_error_dup_group_sentence (const char *name)
{
  /* Translators: %s is a person's name. */
  return g_strdup_printf (_ ("The identity of %s has changed. Nothing goes out to this group before you have decided "
                             "whether to go on writing to them."),
                          name);
}

GError *
ww_error_new (WwError code)
{
  return g_error_new_literal (WW_ERROR, code, ww_error_get_sentence (code));
}

void
ww_error_set (GError **error, WwError code)
{
  g_set_error_literal (error, WW_ERROR, code, ww_error_get_sentence (code));
}

/**
 * ww_error_new_refused:
 * @code: as in wire/ww-error-codes.h, or one that only a newer server knows
 * @message: (nullable): the server's sentence; ours when it has none
 * @retryable: what the server says
 *
 * Both texts come from outside: invalid UTF-8 is replaced, and they are cut at 64 and 512 bytes.
 */
GError *
ww_error_new_refused (const char *code, const char *message, gboolean retryable)
{
  g_autofree char *valid_code = g_utf8_make_valid (code != NULL ? code : "",
                                                   code != NULL ? (gssize) strnlen (code, 64) : 0);
  g_autofree char *valid_message = NULL;
  WwErrorPrivate *priv;
  GError *error;

  if (message != NULL && *message != '\0')
    valid_message = g_utf8_make_valid (message, (gssize) strnlen (message, 512));

  error = g_error_new_literal (WW_ERROR, WW_ERROR_REFUSED,
                               valid_message != NULL ? valid_message : ww_error_get_sentence (WW_ERROR_REFUSED));
  priv = ww_error_get_private (error);
  priv->code = *valid_code != '\0' ? g_steal_pointer (&valid_code) : NULL;
  priv->retryable = retryable;
  return error;
}

DexFuture *
ww_error_reject (WwError code)
{
  return dex_future_new_for_error (ww_error_new (code));
}
