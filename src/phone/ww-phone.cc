/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-phone.h"

#include <phonenumbers/phonenumberutil.h>
#include <phonenumbers/shortnumberinfo.h>

#include <cstring>
#include <memory>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using i18n::phonenumbers::ShortNumberInfo;

/* As the library calls "no region". */
static const char no_region[] = "ZZ";

/* No number with its separators is longer. */
static const size_t max_typed = 64;

/* Up to how many digits something without a country code is meant as a short number. */
static const size_t max_short = 6;

/* Digits of other scripts that keyboards have, by the first of each ten. */
static const uint32_t zeros[] = { 0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0xff10 };

/* What people put between digits, other than ASCII: spaces, hyphens, dashes. */
static bool
is_separator (uint32_t c)
{
  return c == 0xa0 || c == 0xad || (c >= 0x2000 && c <= 0x2015) || c == 0x202f || c == 0x2212 || c == 0x2060 ||
         c == 0x3000 || c == 0xff0d;
}

/* The next character of UTF-8; false for what is none. */
static bool
next_character (const char **text, uint32_t *c)
{
  const auto *at = reinterpret_cast<const unsigned char *> (*text);
  int more = at[0] < 0x80 ? 0 : at[0] >= 0xf0 ? 3 : at[0] >= 0xe0 ? 2 : at[0] >= 0xc2 ? 1 : -1;

  if (more < 0 || at[0] > 0xf4)
    return false;
  *c = more == 0 ? at[0] : at[0] & (0x3f >> more);
  for (int i = 1; i <= more; i++)
    {
      if ((at[i] & 0xc0) != 0x80)
        return false;
      *c = *c << 6 | (at[i] & 0x3f);
    }
  *text += 1 + more;
  return true;
}

/*
 * Only digits, and a plus in front. The library would also take letters as the keys they stand on, and read extensions,
 * which no message reaches; and it looks for a number inside of other text.
 */
static bool
clean (const char *typed, std::string *number)
{
  if (strnlen (typed, max_typed + 1) > max_typed)
    return false;
  while (*typed != '\0')
    {
      uint32_t c;

      if (!next_character (&typed, &c))
        return false;
      for (uint32_t zero : zeros)
        if (c >= zero && c <= zero + 9)
          c = '0' + (c - zero);
      if (c >= '0' && c <= '9')
        number->push_back (static_cast<char> (c));
      else if ((c == '+' || c == 0xff0b) && number->empty ())
        number->push_back ('+');
      else if (!is_separator (c) && (c >= 0x80 || std::strchr (" -./()[]\t", static_cast<int> (c)) == nullptr))
        return false;
    }
  return !number->empty () && *number != "+";
}

static bool
is_short (const PhoneNumber &number, const char *region)
{
  ShortNumberInfo info;

  return std::strcmp (region, no_region) != 0 ? info.IsPossibleShortNumberForRegion (number, region)
                                              : info.IsPossibleShortNumber (number);
}

/* Whose calls and messages reach a person. */
static bool
is_own (PhoneNumberUtil::PhoneNumberType type)
{
  return type != PhoneNumberUtil::PREMIUM_RATE && type != PhoneNumberUtil::SHARED_COST &&
         type != PhoneNumberUtil::PAGER && type != PhoneNumberUtil::VOICEMAIL;
}

static WwPhoneStatus
judge (const char *typed, const char *region, std::string *e164)
{
  const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance ();
  std::string cleaned;
  PhoneNumber number;
  bool national;

  if (!clean (typed, &cleaned))
    return WW_PHONE_NOT_A_NUMBER;
  national = cleaned[0] != '+';
  if (national && std::strcmp (region, no_region) == 0)
    return cleaned.size () <= max_short ? WW_PHONE_SHORT : WW_PHONE_NO_REGION;
  switch (util->Parse (cleaned, region, &number))
    {
    case PhoneNumberUtil::NO_PARSING_ERROR:
      break;
    case PhoneNumberUtil::TOO_SHORT_NSN:
      return national ? WW_PHONE_SHORT : WW_PHONE_INVALID;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
      /* The region is one that the library doesn't know. */
      return national ? WW_PHONE_NO_REGION : WW_PHONE_INVALID;
    case PhoneNumberUtil::NOT_A_NUMBER:
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_LONG_NSN:
      return WW_PHONE_INVALID;
    }
  if (!util->IsValidNumber (number))
    return national && cleaned.size () <= max_short && is_short (number, region) ? WW_PHONE_SHORT : WW_PHONE_INVALID;
  if (!is_own (util->GetNumberType (number)))
    return WW_PHONE_UNSUITABLE;
  util->Format (number, PhoneNumberUtil::E164, e164);
  return WW_PHONE_OK;
}

/*
 * ww_phone_parse:
 * @typed: as a person writes it: digits, also of other scripts, with what people put between them
 * @region: (nullable): ISO 3166-1 alpha-2, in capitals: where numbers in national form are
 * @e164: (out) (nullable): on OK "+" and digits, free()
 */
WwPhoneStatus
ww_phone_parse (const char *typed, const char *region, char **e164)
{
  std::string parsed;
  WwPhoneStatus status;

  *e164 = nullptr;
  try
    {
      status = judge (typed, region != nullptr ? region : no_region, &parsed);
      if (status == WW_PHONE_OK)
        *e164 = strdup (parsed.c_str ());
    }
  catch (const std::exception &)
    {
      /* Nothing that C++ throws may reach C; there is only memory to run out of. */
      return WW_PHONE_NOT_A_NUMBER;
    }
  return status == WW_PHONE_OK && *e164 == nullptr ? WW_PHONE_NOT_A_NUMBER : status;
}

/*
 * ww_phone_format:
 * @e164: "+" and digits
 * @region: (nullable): whose numbers are shown in national form
 *
 * Returns: for people, free(); nullptr when it is no number
 */
char *
ww_phone_format (const char *e164, const char *region)
{
  try
    {
      const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance ();
      PhoneNumber number;
      std::string own_region, formatted;

      if (util->Parse (e164, no_region, &number) != PhoneNumberUtil::NO_PARSING_ERROR)
        return nullptr;
      util->GetRegionCodeForNumber (number, &own_region);
      util->Format (number,
                    region != nullptr && own_region == region ? PhoneNumberUtil::NATIONAL
                                                              : PhoneNumberUtil::INTERNATIONAL,
                    &formatted);
      return strdup (formatted.c_str ());
    }
  catch (const std::exception &)
    {
      return nullptr;
    }
}
