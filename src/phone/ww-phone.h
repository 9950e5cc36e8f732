/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#ifdef __cplusplus
extern "C"
{
#endif

  /*
 * Telephone numbers, over libphonenumber. Clients and server judge them by the same rules, so that what one accepts
 * the other does. Pure functions: no I/O, no locale; safe on any thread.
 */
  typedef enum
  {
    WW_PHONE_OK = 0,
    WW_PHONE_NOT_A_NUMBER, /* holds something that no number holds, or nothing */
    WW_PHONE_NO_REGION,    /* typed in national form, and the region is not known */
    WW_PHONE_INVALID,      /* no number plan has it: too short, too long, not assigned */
    WW_PHONE_SHORT,        /* a short number, of one network only */
    WW_PHONE_UNSUITABLE,   /* premium rate, shared cost, pager, voice mail: nobody's own */
  } WwPhoneStatus;

  /* `typed` as a person writes it; `region` is the ISO 3166-1 alpha-2 code for national forms, or NULL. On OK `*e164` is
 * "+" and digits, to be freed with free(); NULL otherwise. */
  WwPhoneStatus ww_phone_parse (const char *typed, const char *region, char **e164);
  /* For people: in national form for numbers of `region` (may be NULL), in international form for others. To be freed with
 * free(); NULL when `e164` is no number. */
  char *ww_phone_format (const char *e164, const char *region);

#ifdef __cplusplus
}
#endif
