/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-suite.h"

/*
 * ww_suite_choose:
 * @offered: (array length=n_offered): suites of the recipient's signed record
 * @has_rsa: whether the record has the RSA key that suite 1 needs
 * @has_p256: whether the record has the P-256 key that suite 2 needs
 *
 * The strongest suite that both sides know. The offer is signed by the account,
 * so that nobody in between can take the stronger ones out of it.
 */
WwSuite
ww_suite_choose (const uint32_t *offered, size_t n_offered, bool has_rsa, bool has_p256)
{
  WwSuite best = WW_SUITE_NONE;

  for (size_t i = 0; i < n_offered; i++)
    {
      if (offered[i] == WW_SUITE_HPKE && has_p256)
        return WW_SUITE_HPKE;
      if (offered[i] == WW_SUITE_RSA && has_rsa)
        best = WW_SUITE_RSA;
    }

  return best;
}
