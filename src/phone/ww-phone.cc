/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-phone.h"

#include <cstdlib>
#include <cstring>
#include <string>

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>
#include <phonenumbers/shortnumberinfo.h>

using i18n::phonenumbers::NullLogger;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using i18n::phonenumbers::ShortNumberInfo;

namespace
{

/* What people type has separators; more than this is no number, and is not looked at. */
constexpr std::size_t MAX_TYPED = 64;
/* Of E.164, without the plus; the lower bound is the protocol's. */
constexpr std::size_t MIN_DIGITS = 8;
constexpr std::size_t MAX_DIGITS = 15;
/* A number as short as this works in one network only, whichever country it is. */
constexpr std::size_t MIN_SHORT_DIGITS = 3;
constexpr std::size_t MAX_SHORT_DIGITS = 6;
constexpr const char NO_REGION[] = "ZZ";

/* The library is not to write anything anywhere: what it would write holds numbers. */
const PhoneNumberUtil &
util ()
{
  static const PhoneNumberUtil *const instance = [] {
    PhoneNumberUtil *made = PhoneNumberUtil::GetInstance ();

    made->SetLogger (new NullLogger ());
    return made;
  }();

  return *instance;
}

const ShortNumberInfo &
short_numbers ()
{
  static const ShortNumberInfo *const instance = new ShortNumberInfo ();

  return *instance;
}

/* How many bytes the UTF-8 character at `p` has; 0 when it is none. */
std::size_t
character_size (const char *p)
{
  const unsigned char first = static_cast<unsigned char> (*p);
  const std::size_t size = first < 0x80           ? 1
                           : (first >> 5) == 0x6  ? 2
                           : (first >> 4) == 0xe  ? 3
                           : (first >> 3) == 0x1e ? 4
                                                  : 0;

  for (std::size_t i = 1; i < size; i++)
    if ((static_cast<unsigned char> (p[i]) & 0xc0) != 0x80)
      return 0;
  return size;
}

/* What people, and the programs that they copy from, put between digits. */
bool
is_separator (const std::string &character)
{
  static const char *const others[] = {
    "\u00a0", "\u2002", "\u2003", "\u2007", "\u2009", "\u202f", "\u3000",           /* spaces */
    "\u00ad", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\uff0d", /* hyphens */
    "\uff08", "\uff09", "\uff0e", "\uff0f", "\u2060",                               /* as typed in East Asia */
    "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u2066", "\u2067", "\u2068", "\u2069", /* direction */
  };

  if (character.size () == 1)
    return std::strchr (" \t-.()[]/", character[0]) != nullptr;
  for (const char *other : others)
    if (character == other)
      return true;
  return false;
}

/*
 * The typed number as an optional plus and ASCII digits. Letters are refused where the library would take them for
 * the keys of a telephone, and so is everything that makes an extension.
 */
bool
reduce (const char *typed, std::string *digits)
{
  if (std::strlen (typed) > MAX_TYPED)
    return false;
  for (const char *p = typed; *p != '\0';)
    {
      const std::size_t size = character_size (p);
      const std::string character (p, size);
      std::string digit = character;

      if (size == 0)
        return false;
      p += size;
      if (character == "+" || character == "\uff0b")
        {
          if (!digits->empty ())
            return false;
          *digits = "+";
          continue;
        }
      if (is_separator (character))
        continue;
      /* Digits of any script; what is none comes out empty. */
      util ().NormalizeDigitsOnly (&digit);
      if (digit.size () != 1 || digit[0] < '0' || digit[0] > '9')
        return false;
      *digits += digit;
    }
  return digits->size () > ((*digits)[0] == '+' ? 1u : 0u);
}

/* As the library names it; ZZ for none and for one that it does not know. */
std::string
known_region (const char *region)
{
  std::string name;

  if (region == nullptr || std::strlen (region) != 2)
    return NO_REGION;
  for (unsigned i = 0; i < 2; i++)
    name += static_cast<char> (region[i] >= 'a' && region[i] <= 'z' ? region[i] - 'a' + 'A' : region[i]);
  return util ().GetCountryCodeForRegion (name) > 0 ? name : NO_REGION;
}

bool
is_somebodys (const PhoneNumber &number)
{
  switch (util ().GetNumberType (number))
    {
    case PhoneNumberUtil::FIXED_LINE:
    case PhoneNumberUtil::MOBILE:
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
    case PhoneNumberUtil::TOLL_FREE:
    case PhoneNumberUtil::VOIP:
    case PhoneNumberUtil::PERSONAL_NUMBER:
      return true;
    case PhoneNumberUtil::PREMIUM_RATE:
    case PhoneNumberUtil::SHARED_COST:
    case PhoneNumberUtil::PAGER:
    case PhoneNumberUtil::UAN:
    case PhoneNumberUtil::VOICEMAIL:
    case PhoneNumberUtil::UNKNOWN:
    default:
      return false;
    }
}

WwPhoneStatus
judge (const std::string &digits, const std::string &region, std::string *e164)
{
  const bool international = digits[0] == '+';
  PhoneNumber number;
  PhoneNumberUtil::ErrorType error;

  if (!international && region == NO_REGION)
    return digits.size () >= MIN_SHORT_DIGITS && digits.size () <= MAX_SHORT_DIGITS ? WW_PHONE_SHORT
                                                                                    : WW_PHONE_NO_REGION;
  error = util ().Parse (digits, region, &number);
  if (error != PhoneNumberUtil::NO_PARSING_ERROR)
    return WW_PHONE_INVALID;
  if (!util ().IsValidNumber (number))
    {
      const bool is_short = international ? short_numbers ().IsValidShortNumber (number)
                                          : short_numbers ().IsValidShortNumberForRegion (number, region);

      return is_short ? WW_PHONE_SHORT : WW_PHONE_INVALID;
    }
  if (!is_somebodys (number))
    return WW_PHONE_UNSUITABLE;
  util ().Format (number, PhoneNumberUtil::E164, e164);
  if (e164->size () < MIN_DIGITS + 1 || e164->size () > MAX_DIGITS + 1)
    return WW_PHONE_INVALID;
  return WW_PHONE_OK;
}

} // namespace

/* See the header. What the library throws, for want of memory, must not pass through C: it is no number then. */
WwPhoneStatus
ww_phone_parse (const char *typed, const char *region, char **e164)
{
  *e164 = nullptr;
  try
    {
      std::string digits, formatted;
      WwPhoneStatus status;

      if (!reduce (std::strncmp (typed, "tel:", 4) == 0 ? typed + 4 : typed, &digits))
        return WW_PHONE_NOT_A_NUMBER;
      status = judge (digits, known_region (region), &formatted);
      if (status != WW_PHONE_OK)
        return status;
      *e164 = strdup (formatted.c_str ());
      return *e164 != nullptr ? WW_PHONE_OK : WW_PHONE_INVALID;
    }
  catch (...)
    {
      return WW_PHONE_INVALID;
    }
}

/* See the header. */
char *
ww_phone_format (const char *e164, const char *region)
{
  try
    {
      const std::string here = known_region (region);
      PhoneNumber number;
      std::string digits, there, text;

      if (e164[0] != '+' || !reduce (e164, &digits) ||
          util ().Parse (digits, NO_REGION, &number) != PhoneNumberUtil::NO_PARSING_ERROR)
        return nullptr;
      util ().GetRegionCodeForNumber (number, &there);
      util ().Format (number, there == here ? PhoneNumberUtil::NATIONAL : PhoneNumberUtil::INTERNATIONAL, &text);
      return strdup (text.c_str ());
    }
  catch (...)
    {
      return nullptr;
    }
}
