/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

#include <glib.h>

/*
 * One line per event on standard error. Nothing here may be given a handle, a token, a key or a whole
 * id: ww_log_id() makes the short form of an id that a line may hold.
 */
typedef enum
{
  WW_LOG_INFO,
  WW_LOG_WARNING,
  WW_LOG_ERROR,
} WwLogLevel;

/* A short form of a 16-byte id, good until the end of the calling expression's block. */
typedef struct
{
  char text[10];
} WwLogId;

WwLogId ww_log_id (const uint8_t id[16]);

void ww_log (WwLogLevel level, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* As ww_log(), for what an outsider can cause at will: at most a few lines a minute for each `event`, a static string. */
void ww_log_bounded (WwLogLevel level, const char *event, const char *format, ...) G_GNUC_PRINTF (3, 4);
