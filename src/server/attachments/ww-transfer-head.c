/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-transfer-private.h"

#include <string.h>

#include <libwebsockets.h>

#define PATH         "/v1/attachments/"
#define BEARER       "Bearer "
#define HEADER_BYTES 1024
#define MAX_NUMBER   ((uint64_t) 1 << 62)

/* See the header. */
bool
ww_transfer_is_for (const char *path)
{
  return g_str_has_prefix (path, PATH);
}

/* --- What the client says ------------------------------------------------------------------ */

static bool
find_kind (struct lws *wsi, WwTransferKind *out)
{
  if (lws_hdr_total_length (wsi, WSI_TOKEN_HEAD_URI) > 0)
    *out = WW_TRANSFER_ASK;
  else if (lws_hdr_total_length (wsi, WSI_TOKEN_PUT_URI) > 0)
    *out = WW_TRANSFER_RECEIVE;
  else if (lws_hdr_total_length (wsi, WSI_TOKEN_GET_URI) > 0)
    *out = WW_TRANSFER_SEND;
  else
    return false;
  return true;
}

/* A header's value; empty when it isn't there. False: too long. */
static bool
copy_header (struct lws *wsi, enum lws_token_indexes token, char *out, int size)
{
  out[0] = '\0';
  return lws_hdr_total_length (wsi, token) == 0 || lws_hdr_copy (wsi, out, size, token) >= 0;
}

/* Digits, at least one, and what stands behind them in `end`. */
static bool
read_number (const char *text, uint64_t *out, const char **end)
{
  uint64_t number = 0;

  if (!g_ascii_isdigit (*text))
    return false;
  for (; g_ascii_isdigit (*text); text++)
    {
      number = number * 10 + (uint64_t) (*text - '0');
      if (number > MAX_NUMBER)
        return false;
    }
  *out = number;
  *end = text;
  return true;
}

static bool
skip_text (const char **at, const char *text)
{
  if (!g_str_has_prefix (*at, text))
    return false;
  *at += strlen (text);
  return true;
}

/* "bytes FIRST-LAST/TOTAL" (RFC 9110, 14.4), with all of them known. */
static bool
parse_content_range (const char *text, uint64_t *first, uint64_t *len, uint64_t *total)
{
  uint64_t last;

  if (!skip_text (&text, "bytes ") || !read_number (text, first, &text) || !skip_text (&text, "-") ||
      !read_number (text, &last, &text) || !skip_text (&text, "/") || !read_number (text, total, &text) ||
      *text != '\0' || last < *first || last >= *total)
    return false;
  *len = last - *first + 1;
  return true;
}

/*
 * One range in bytes (RFC 9110, 14.1.2): FIRST-LAST, FIRST- or -SUFFIX. Several ranges, which may be refused, are:
 * nobody needs them.
 */
bool
ww_transfer_parse_range (const char *range, uint64_t size, uint64_t *first, uint64_t *len)
{
  uint64_t last = size - 1;

  if (!skip_text (&range, "bytes="))
    return false;
  if (*range == '-')
    {
      if (!read_number (range + 1, len, &range) || *range != '\0' || *len == 0 || size == 0)
        return false;
      *len = MIN (*len, size);
      *first = size - *len;
      return true;
    }
  if (!read_number (range, first, &range) || !skip_text (&range, "-"))
    return false;
  if (*range != '\0' && (!read_number (range, &last, &range) || *range != '\0'))
    return false;
  if (*first >= size || last < *first)
    return false;
  *len = MIN (last, size - 1) - *first + 1;
  return true;
}

static unsigned
parse_token (WwTransfer *self)
{
  char text[sizeof BEARER + 2 * WW_TOKEN_SIZE + 1];

  if (!copy_header (self->wsi, WSI_TOKEN_HTTP_AUTHORIZATION, text, sizeof text) ||
      g_ascii_strncasecmp (text, BEARER, strlen (BEARER)) != 0 ||
      !ww_attachment_parse_hex (text + strlen (BEARER), self->token, WW_TOKEN_SIZE))
    return HTTP_STATUS_UNAUTHORIZED;
  return 0;
}

/* What is not read to its end must not be taken for the next request. */
static unsigned
refuse_and_close (WwTransfer *self, unsigned status)
{
  self->close = true;
  self->body_done = true;
  return status;
}

/* A part: how long its body is has to be known, and its place. */
static unsigned
parse_part (WwTransfer *self)
{
  char text[96];
  const char *end = NULL;
  uint64_t length;

  if (lws_hdr_total_length (self->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
    return refuse_and_close (self, HTTP_STATUS_LENGTH_REQUIRED);
  if (lws_hdr_total_length (self->wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) == 0)
    return refuse_and_close (self, HTTP_STATUS_LENGTH_REQUIRED);
  if (!copy_header (self->wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, text, sizeof text) ||
      !read_number (text, &length, &end) || *end != '\0' || length == 0)
    return refuse_and_close (self, HTTP_STATUS_BAD_REQUEST);
  if (length > WW_MAX_PART)
    return refuse_and_close (self, HTTP_STATUS_REQ_ENTITY_TOO_LARGE);
  if (!copy_header (self->wsi, WSI_TOKEN_HTTP_CONTENT_RANGE, text, sizeof text) ||
      !parse_content_range (text, &self->first, &self->len, &self->total) || self->len != length)
    return HTTP_STATUS_BAD_REQUEST;
  return 0;
}

/* Of a request that has no body. */
static unsigned
parse_question (WwTransfer *self)
{
  char text[96];

  self->body_done = true;
  if (lws_hdr_total_length (self->wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0 ||
      lws_hdr_total_length (self->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
    return refuse_and_close (self, HTTP_STATUS_BAD_REQUEST);
  if (lws_hdr_total_length (self->wsi, WSI_TOKEN_HTTP_RANGE) == 0)
    return 0;
  /* What is too long for one range is none; it is refused when the size is known. */
  if (!copy_header (self->wsi, WSI_TOKEN_HTTP_RANGE, text, sizeof text))
    text[0] = '\0';
  self->range = g_strdup (text);
  return 0;
}

/* See the header. */
unsigned
ww_transfer_parse (WwTransfer *self, const char *path)
{
  unsigned status, token;

  if (!find_kind (self->wsi, &self->kind))
    return refuse_and_close (self, HTTP_STATUS_METHOD_NOT_ALLOWED);
  /* First what concerns the body, which has to be known whatever else is wrong. */
  status = self->kind == WW_TRANSFER_RECEIVE ? parse_part (self) : parse_question (self);
  if (status == 0 && !ww_attachment_parse_hex (path + strlen (PATH), self->id, WW_ID_SIZE))
    status = HTTP_STATUS_NOT_FOUND;
  token = parse_token (self);
  return status != 0 ? status : token;
}

/* --- What the server answers --------------------------------------------------------------- */

static const struct
{
  unsigned status;
  const char *text;
} texts[] = {
  { 400, "This request is malformed.\n" },
  { 401, "A token is needed.\n" },
  { 404, "There is no such attachment.\n" },
  { 405, "This does not work here.\n" },
  { 409, "The part begins elsewhere.\n" },
  { 411, "A Content-Length is needed.\n" },
  { 413, "The part is too large.\n" },
  { 416, "There are no such bytes.\n" },
  { 423, "Another request uploads this attachment.\n" },
  { 429, "Too many transfers; try again later.\n" },
  { 503, "The server cannot store or read anything now; try again later.\n" },
  { 507, "The server has no room left; nothing that was acknowledged is lost. Try again later.\n" },
};

/* The sentence that goes with a refusal; empty with everything else. */
static const char *
find_text (unsigned status)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i].status == status)
      return texts[i].text;
  return "";
}

typedef struct
{
  struct lws *wsi;
  unsigned char *p;
  unsigned char *end;
  bool good;
} Head;

static void
add (Head *self, const char *name, const char *value)
{
  self->good = self->good &&
               lws_add_http_header_by_name (self->wsi, (const unsigned char *) name, (const unsigned char *) value,
                                            (int) strlen (value), &self->p, self->end) == 0;
}

static void
add_number (Head *self, const char *name, uint64_t number)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, number);
  add (self, name, text);
}

static void
add_place (const WwTransfer *self, Head *head)
{
  char text[80];

  if (self->status == HTTP_STATUS_PARTIAL_CONTENT)
    g_snprintf (text, sizeof text, "bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, self->first,
                self->first + self->len - 1, self->size);
  else
    g_snprintf (text, sizeof text, "bytes */%" G_GUINT64_FORMAT, self->size);
  add (head, "content-range:", text);
}

static void
add_for_status (const WwTransfer *self, Head *head)
{
  switch (self->status)
    {
    case HTTP_STATUS_OK:
      add (head, "accept-ranges:", "bytes");
      break;
    case HTTP_STATUS_PARTIAL_CONTENT:
    case HTTP_STATUS_REQ_RANGE_NOT_SATISFIABLE:
      add_place (self, head);
      break;
    case HTTP_STATUS_NO_CONTENT:
      add_number (head, "upload-length:", self->size);
      add_number (head, "upload-offset:", self->received);
      break;
    case HTTP_STATUS_CONFLICT:
      add_number (head, "upload-offset:", self->received);
      break;
    case HTTP_STATUS_UNAUTHORIZED:
      add (head, "www-authenticate:", "Bearer");
      break;
    case HTTP_STATUS_METHOD_NOT_ALLOWED:
      add (head, "allow:", "GET, HEAD, PUT");
      break;
    case WW_TRANSFER_STATUS_LOCKED:
    case WW_TRANSFER_STATUS_TOO_MANY:
    case HTTP_STATUS_SERVICE_UNAVAILABLE:
    case WW_TRANSFER_STATUS_FULL:
      add (head, "retry-after:", self->status == WW_TRANSFER_STATUS_FULL ? "60" : "1");
      break;
    default:
      break;
    }
}

/* Status line, headers, and the sentence of a refusal. False: the socket is to be closed. */
bool
ww_transfer_write_headers (WwTransfer *self)
{
  unsigned char buffer[LWS_PRE + HEADER_BYTES];
  unsigned char *start = buffer + LWS_PRE;
  Head head = { self->wsi, start, buffer + sizeof buffer, true };
  const char *text = find_text (self->status);
  bool sends = self->status == HTTP_STATUS_OK || self->status == HTTP_STATUS_PARTIAL_CONTENT;
  size_t text_len = self->kind == WW_TRANSFER_ASK ? 0 : strlen (text);

  head.good = lws_add_http_header_status (self->wsi, self->status, &head.p, head.end) == 0;
  if (self->status != HTTP_STATUS_NO_CONTENT)
    {
      add (&head, "content-type:", sends ? "application/octet-stream" : "text/plain; charset=utf-8");
      add_number (&head, "content-length:", sends ? self->len : strlen (text));
    }
  /* Whatever these bytes are, no browser is to make anything of them. */
  add (&head, "content-security-policy:", "default-src 'none'; frame-ancestors 'none'; sandbox");
  add (&head, "x-content-type-options:", "nosniff");
  add (&head, "cache-control:", "no-store");
  if (self->close)
    add (&head, "connection:", "close");
  add_for_status (self, &head);
  head.good = head.good && lws_finalize_http_header (self->wsi, &head.p, head.end) == 0;
  if (!head.good || lws_write (self->wsi, start, (size_t) (head.p - start), LWS_WRITE_HTTP_HEADERS) < 0)
    return false;
  self->headers_sent = true;
  if (text_len > 0)
    {
      unsigned char body[LWS_PRE + 128];

      memcpy (body + LWS_PRE, text, text_len);
      return lws_write (self->wsi, body + LWS_PRE, text_len, LWS_WRITE_HTTP_FINAL) >= 0;
    }
  return true;
}
