/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ww-scan-private.h"

/*
 * protobuf-c trusts more than a network allows: a frame of 1.5 MiB may hold
 * 700,000 empty sub-messages, which it turns into 100 MiB; a string's bytes behind
 * a zero byte vanish, so that two readers may see two handles; and of a field
 * that comes twice the later one wins, or both are merged. So the bytes are
 * walked once, without allocating, and refused if they do any of this.
 */

/* Elements in one call, nested ones included: a Send with WW_MAX_WRAPS wraps has about 21,000. */
#define MAX_ELEMENTS 32768
#define MAX_DEPTH    8
#define MAX_FIELDS   32

typedef struct
{
  const uint8_t *data;
  size_t len;
} Cursor;

typedef struct
{
  uint32_t number;
  unsigned int wire_type;
  Cursor content; /* of all but a varint */
} Field;

static bool scan_message (const ProtobufCMessageDescriptor *descriptor, Cursor cursor, unsigned int depth,
                          unsigned int *elements);

static void
skip (Cursor *self, size_t len)
{
  self->data += len;
  self->len -= len;
}

static bool
read_varint (Cursor *self, uint64_t *out)
{
  uint64_t value = 0;

  for (unsigned int i = 0; i < 10 && i < self->len; i++)
    {
      uint8_t byte = self->data[i];

      /* The tenth byte has room for one bit. */
      if (i == 9 && byte > 1)
        return false;
      value |= (uint64_t) (byte & 0x7f) << (7 * i);
      if (byte < 0x80)
        {
          skip (self, i + 1);
          *out = value;
          return true;
        }
    }

  return false;
}

static bool
read_field (Cursor *self, Field *out)
{
  uint64_t key, value;
  uint64_t len = 0;

  if (!read_varint (self, &key) || key > UINT32_MAX || key >> 3 == 0)
    return false;

  *out = (Field) { .number = (uint32_t) (key >> 3), .wire_type = (unsigned int) (key & 7) };
  switch (out->wire_type)
    {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
      return read_varint (self, &value);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
      len = 8;
      break;
    case PROTOBUF_C_WIRE_TYPE_32BIT:
      len = 4;
      break;
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
      if (!read_varint (self, &len))
        return false;
      break;
    default:
      /* Groups were never part of proto3. */
      return false;
    }
  if (len > self->len)
    return false;

  out->content = (Cursor) { self->data, (size_t) len };
  skip (self, (size_t) len);

  return true;
}

/* Numbers in one length-delimited field, which count as elements each. */
static bool
scan_packed (Cursor content, unsigned int *elements)
{
  uint64_t value;

  while (content.len > 0)
    {
      if (++*elements > MAX_ELEMENTS || !read_varint (&content, &value))
        return false;
    }

  return true;
}

static bool
scan_content (const ProtobufCFieldDescriptor *known, const Field *field, unsigned int depth, unsigned int *elements)
{
  bool delimited = field->wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;

  switch (known->type)
    {
    case PROTOBUF_C_TYPE_STRING:
      return delimited && ww_text_is_valid (field->content.data, field->content.len);
    case PROTOBUF_C_TYPE_BYTES:
      return delimited;
    case PROTOBUF_C_TYPE_MESSAGE:
      return delimited && scan_message (known->descriptor, field->content, depth + 1, elements);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
      if (delimited && known->label == PROTOBUF_C_LABEL_REPEATED)
        return scan_packed (field->content, elements);
      return field->wire_type == PROTOBUF_C_WIRE_TYPE_VARINT;
    case PROTOBUF_C_TYPE_DOUBLE:
      return field->wire_type == PROTOBUF_C_WIRE_TYPE_64BIT && known->label != PROTOBUF_C_LABEL_REPEATED;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_FLOAT:
      break;
    }

  /* The schema has no field of these types. */
  return false;
}

/* Whether a field that can be there once is there for the first time. Members of one `oneof` count as one field. */
static bool
is_first (const ProtobufCMessageDescriptor *descriptor, const ProtobufCFieldDescriptor *known, uint32_t *seen)
{
  uint32_t bits = 0;

  if (known->label == PROTOBUF_C_LABEL_REPEATED)
    return true;

  for (unsigned int i = 0; i < descriptor->n_fields; i++)
    {
      const ProtobufCFieldDescriptor *other = &descriptor->fields[i];

      if (other == known || ((known->flags & other->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 &&
                             known->quantifier_offset == other->quantifier_offset))
        bits |= (uint32_t) 1 << i;
    }
  if ((*seen & bits) != 0)
    return false;
  *seen |= bits;

  return true;
}

static bool
scan_message (const ProtobufCMessageDescriptor *descriptor, Cursor cursor, unsigned int depth, unsigned int *elements)
{
  uint32_t seen = 0;

  if (depth > MAX_DEPTH || descriptor->n_fields > MAX_FIELDS)
    return false;

  while (cursor.len > 0)
    {
      const ProtobufCFieldDescriptor *known;
      Field field;

      if (++*elements > MAX_ELEMENTS || !read_field (&cursor, &field))
        return false;

      known = protobuf_c_message_descriptor_get_field (descriptor, field.number);
      if (known != NULL && !(is_first (descriptor, known, &seen) && scan_content (known, &field, depth, elements)))
        return false;
    }

  return true;
}

/*
 * ww_scan:
 *
 * Whether these bytes are well-formed protobuf, with every known field of its
 * right type, singular fields at most once, strings that are UTF-8 without zero
 * bytes, at most 32,768 elements, and no deeper than the schema goes. Unknown
 * fields pass.
 */
bool
ww_scan (const ProtobufCMessageDescriptor *descriptor, const uint8_t *data, size_t len)
{
  unsigned int elements = 0;

  return scan_message (descriptor, (Cursor) { data, len }, 0, &elements);
}

/* Length of the character that begins here, 0 if it is not a valid one (RFC 3629, section 4). */
static size_t
character_length (const uint8_t *data, size_t len)
{
  uint8_t first = data[0];
  uint8_t low = 0x80;
  uint8_t high = 0xbf;
  size_t need;

  if (first < 0x80)
    return first != 0 ? 1 : 0;
  if (first < 0xc2 || first > 0xf4)
    return 0;

  need = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first == 0xe0)
    low = 0xa0; /* overlong */
  else if (first == 0xed)
    high = 0x9f; /* surrogates */
  else if (first == 0xf0)
    low = 0x90; /* overlong */
  else if (first == 0xf4)
    high = 0x8f; /* beyond U+10FFFF */
  if (len < need || data[1] < low || data[1] > high)
    return 0;
  for (size_t i = 2; i < need; i++)
    if ((data[i] & 0xc0) != 0x80)
      return 0;

  return need;
}

bool
ww_text_is_valid (const uint8_t *data, size_t len)
{
  while (len > 0)
    {
      size_t step = character_length (data, len);

      if (step == 0)
        return false;
      data += step;
      len -= step;
    }

  return true;
}
