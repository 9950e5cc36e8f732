/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-proof"

#include "ww-proof.h"

#include <glib/gi18n-lib.h>

#include "ww-error-codes.h"
#include "ww-error-private.h"
#include "ww-handle-text.h"

#define MAX_LANGUAGE 32

G_DEFINE_ENUM_TYPE (WwProof, ww_proof, G_DEFINE_ENUM_VALUE (WW_PROOF_LINK, "link"),
                    G_DEFINE_ENUM_VALUE (WW_PROOF_CODE, "code"), G_DEFINE_ENUM_VALUE (WW_PROOF_INBOUND, "inbound"))

/**
 * ww_proof_to_string:
 *
 * Returns: (transfer none): the stable word for scripts
 */
const char *
ww_proof_to_string (WwProof proof)
{
  switch (proof)
    {
    case WW_PROOF_CODE:
      return "code";
    case WW_PROOF_INBOUND:
      return "inbound";
    case WW_PROOF_LINK:
      break;
    }
  return "link";
}

WwProof
ww_proof_choose (const char *handle, WwEnrolmentFlags flags)
{
  if (!ww_handle_text_is_phone (handle))
    return WW_PROOF_LINK;
  return (flags & WW_ENROLMENT_INBOUND) != 0 ? WW_PROOF_INBOUND : WW_PROOF_CODE;
}

/* How Hello.verifies calls it. */
static const char *
get_kind (WwProof proof)
{
  switch (proof)
    {
    case WW_PROOF_CODE:
      return "tel";
    case WW_PROOF_INBOUND:
      return "tel-inbound";
    case WW_PROOF_LINK:
      break;
    }
  return "mailto";
}

static const char *
explain_unsupported (const char *handle, WwProof proof)
{
  if (proof == WW_PROOF_INBOUND)
    return _ ("This server cannot receive text messages. Have a code sent to you instead.");
  if (ww_handle_text_is_phone (handle))
    return _ ("This server cannot verify phone numbers. Use a mail address.");
  return _ ("This server cannot verify mail addresses. Use a phone number.");
}

gboolean
ww_proof_check (const char *handle, WwEnrolmentFlags flags, const char *const *verifies, GError **error)
{
  WwProof proof = ww_proof_choose (handle, flags);

  if (verifies[0] != NULL && !g_strv_contains (verifies, get_kind (proof)))
    {
      g_propagate_error (error,
                         ww_error_new_refused (WW_CODE_HANDLE_UNSUPPORTED, explain_unsupported (handle, proof), FALSE));
      return FALSE;
    }
  if (ww_handle_text_is_phone (handle) && (flags & WW_ENROLMENT_ACCEPT_COST) == 0)
    {
      ww_error_set (error, WW_ERROR_COST_NOT_ACCEPTED);
      return FALSE;
    }
  return TRUE;
}

static const char *
explain_expired (WwProof proof)
{
  switch (proof)
    {
    case WW_PROOF_CODE:
      return _ ("The code has expired. Start again to get a new one.");
    case WW_PROOF_INBOUND:
      return _ ("The time for sending the message is over. Start again.");
    case WW_PROOF_LINK:
      break;
    }
  return _ ("The link in the mail has expired. Ask for a new one.");
}

const char *
ww_proof_get_sentence (const char *code, const char *handle, WwProof proof)
{
  gboolean phone = ww_handle_text_is_phone (handle);

  if (g_str_equal (code, WW_CODE_WRONG_CODE))
    return _ ("This is not the code that was sent. Check it, and type it again.");
  if (g_str_equal (code, WW_CODE_TOO_MANY_TRIES))
    return _ ("The code was wrong too many times. Start again to get a new one.");
  if (g_str_equal (code, WW_CODE_VERIFICATION_EXPIRED))
    return explain_expired (proof);
  if (g_str_equal (code, WW_CODE_VERIFICATION_USED))
    return _ ("This confirmation was used already. Start again.");
  if (g_str_equal (code, WW_CODE_RATE_LIMITED))
    return _ ("There were too many attempts. Wait a while, then try again.");
  if (g_str_equal (code, WW_CODE_HANDLE_UNSUPPORTED))
    return explain_unsupported (handle, proof);
  if (g_str_equal (code, WW_CODE_HANDLE_INVALID))
    return phone ? _ ("The server does not accept this phone number. Use another one.")
                 : _ ("The server does not accept this mail address. Use another one.");
  if (g_str_equal (code, WW_CODE_HANDLE_TAKEN))
    return phone ? _ ("This phone number belongs to another account and cannot move now. Try again in a few days.")
                 : _ ("This mail address belongs to another account and cannot move now. Try again in a few days.");
  if (g_str_equal (code, WW_CODE_CLAIM_REFUSED))
    return phone ? _ ("Somebody with a device of the account that has this phone number said no. If that is your "
                      "account, use that device.")
                 : _ ("Somebody with a device of the account that has this mail address said no. If that is your "
                      "account, use that device.");
  return NULL;
}

void
ww_proof_explain (GError **error, const char *handle, WwProof proof)
{
  const char *sentence;

  if (error == NULL || !g_error_matches (*error, WW_ERROR, WW_ERROR_REFUSED))
    return;
  sentence = ww_proof_get_sentence (ww_error_get_code (*error), handle, proof);
  if (sentence != NULL)
    g_set_str (&(*error)->message, sentence);
}

char *
ww_proof_dup_language (void)
{
  g_autofree char *language = g_strdup (g_get_language_names ()[0]);

  language[strcspn (language, ".@")] = '\0';
  if (g_str_equal (language, "C") || g_str_equal (language, "POSIX") || *language == '\0' ||
      strlen (language) > MAX_LANGUAGE)
    return g_strdup ("en");
  return g_strdup (g_strdelimit (language, "_", '-'));
}

char *
ww_proof_strip_code (const char *typed)
{
  GString *code = g_string_new (NULL);

  for (const char *c = typed; *c != '\0'; c++)
    if (!g_ascii_isspace (*c) && *c != '-')
      g_string_append_c (code, *c);
  return g_string_free (code, FALSE);
}
