/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-public-address.h"

#include <string.h>

typedef struct
{
  guint8 prefix[16];
  guint bits;
} Block;

/* Special-purpose addresses (RFC 6890, and IANA's registry of them), multicast and what is reserved. */
static const Block blocks_4[] = {
  { { 0 }, 8 },             /* this network */
  { { 10 }, 8 },            /* private */
  { { 100, 64 }, 10 },      /* shared, behind a carrier's NAT */
  { { 127 }, 8 },           /* loopback */
  { { 169, 254 }, 16 },     /* link-local; what clouds tell their machines */
  { { 172, 16 }, 12 },      /* private */
  { { 192, 0, 0 }, 24 },    /* protocol assignments */
  { { 192, 0, 2 }, 24 },    /* documentation */
  { { 192, 88, 99 }, 24 },  /* 6to4 relays */
  { { 192, 168 }, 16 },     /* private */
  { { 198, 18 }, 15 },      /* benchmarks */
  { { 198, 51, 100 }, 24 }, /* documentation */
  { { 203, 0, 113 }, 24 },  /* documentation */
  { { 224 }, 4 },           /* multicast */
  { { 240 }, 4 },           /* reserved, and broadcast */
};

static const Block blocks_6[] = {
  { { 0 }, 8 },                       /* unspecified, loopback, IPv4 in disguise */
  { { 0x00, 0x64, 0xff, 0x9b }, 32 }, /* NAT64 */
  { { 0x01, 0x00 }, 64 },             /* discarded */
  { { 0x20, 0x01, 0x00 }, 23 },       /* protocol assignments, Teredo among them */
  { { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
  { { 0x20, 0x02 }, 16 },             /* 6to4 */
  { { 0x3f, 0xff, 0x00 }, 20 },       /* documentation */
  { { 0x5f, 0x00 }, 16 },             /* segment routing */
  { { 0xfc }, 7 },                    /* unique local */
  { { 0xfe, 0x80 }, 10 },             /* link-local */
  { { 0xfe, 0xc0 }, 10 },             /* site-local */
  { { 0xff }, 8 },                    /* multicast */
};

static gboolean
is_in (const Block *block, const guint8 *address)
{
  guint bytes = block->bits / 8, rest = block->bits % 8;
  guint8 mask = (guint8) (0xff << (8 - rest));

  return memcmp (block->prefix, address, bytes) == 0 &&
         (rest == 0 || ((block->prefix[bytes] ^ address[bytes]) & mask) == 0);
}

gboolean
ww_address_is_public (GInetAddress *address)
{
  gboolean four = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4;
  const Block *blocks = four ? blocks_4 : blocks_6;
  gsize n = four ? G_N_ELEMENTS (blocks_4) : G_N_ELEMENTS (blocks_6);

  for (gsize i = 0; i < n; i++)
    if (is_in (&blocks[i], g_inet_address_to_bytes (address)))
      return FALSE;
  return TRUE;
}
