/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "ww-client.h"

G_BEGIN_DECLS

#define WW_CLI_ERROR (ww_cli_error_quark ())
GQuark ww_cli_error_quark (void);
typedef enum
{
  WW_CLI_ERROR_USAGE,     /* the command line is wrong */
  WW_CLI_ERROR_NOT_FOUND, /* what it names isn't there */
  WW_CLI_ERROR_DECLINED,  /* the person was asked and did not agree */
  WW_CLI_ERROR_DIFFERS,   /* the safety number is another one */
} WwCliError;

/* The exit statuses that scripts rely on. */
typedef enum
{
  WW_CLI_STATUS_DONE = 0,
  WW_CLI_STATUS_FAILED = 1,
  WW_CLI_STATUS_USAGE = 2,
  WW_CLI_STATUS_KEYRING_LOCKED = 3,
  WW_CLI_STATUS_NO_CONNECTION = 4,
  WW_CLI_STATUS_TIMED_OUT = 5,
} WwCliStatus;

typedef struct _WwCliCommand WwCliCommand;

/* One run of one command. */
typedef struct
{
  WwClient *client;
  const WwCliCommand *command;
  gboolean json;
  gboolean patient;        /* the person set --timeout: keep trying to connect until then */
  gint64 deadline_us;      /* monotonic; 0: none */
  DexPromise *interrupted; /* rejected by SIGINT and SIGTERM */
} WwCli;

/* Runs in a fiber. `arguments` are what is left after the options, as many as the command allows. */
typedef gboolean (*WwCliRun) (WwCli *cli, const char *const *arguments, GError **error);

struct _WwCliCommand
{
  const char *name;
  const char *arguments;            /* for the usage line; nullable */
  const char *summary;              /* a line, translatable */
  const char *details;              /* a paragraph, translatable; nullable */
  const GOptionEntry *options;      /* nullable */
  const GOptionEntry *more_options; /* nullable */
  guint min_arguments;
  guint max_arguments;
  guint timeout_s; /* without --timeout; 0: none */
  WwCliRun run;
};

extern const WwCliCommand ww_cli_command_enroll;
extern const WwCliCommand ww_cli_command_status;
extern const WwCliCommand ww_cli_command_handles;
extern const WwCliCommand ww_cli_command_add_handle;
extern const WwCliCommand ww_cli_command_confirm;
extern const WwCliCommand ww_cli_command_remove_handle;
extern const WwCliCommand ww_cli_command_prefer_handle;
extern const WwCliCommand ww_cli_command_devices;
extern const WwCliCommand ww_cli_command_approve;
extern const WwCliCommand ww_cli_command_refuse;
extern const WwCliCommand ww_cli_command_rename;
extern const WwCliCommand ww_cli_command_remove;
extern const WwCliCommand ww_cli_command_sign_out;
extern const WwCliCommand ww_cli_command_wipe;
extern const WwCliCommand ww_cli_command_alerts;
extern const WwCliCommand ww_cli_command_refuse_claim;
extern const WwCliCommand ww_cli_command_lookup;
extern const WwCliCommand ww_cli_command_verify;
extern const WwCliCommand ww_cli_command_trust;
extern const WwCliCommand ww_cli_command_requests;
extern const WwCliCommand ww_cli_command_accept;
extern const WwCliCommand ww_cli_command_block;
extern const WwCliCommand ww_cli_command_unblock;
extern const WwCliCommand ww_cli_command_delete;
extern const WwCliCommand ww_cli_command_group;
extern const WwCliCommand ww_cli_command_send;
extern const WwCliCommand ww_cli_command_conversations;
extern const WwCliCommand ww_cli_command_messages;
extern const WwCliCommand ww_cli_command_mark_read;
extern const WwCliCommand ww_cli_command_save;
extern const WwCliCommand ww_cli_command_search;
extern const WwCliCommand ww_cli_command_react;
extern const WwCliCommand ww_cli_command_edit;
extern const WwCliCommand ww_cli_command_unsend;
extern const WwCliCommand ww_cli_command_delete_message;
extern const WwCliCommand ww_cli_command_info;
extern const WwCliCommand ww_cli_command_mute;
extern const WwCliCommand ww_cli_command_unmute;
extern const WwCliCommand ww_cli_command_pin;
extern const WwCliCommand ww_cli_command_unpin;
extern const WwCliCommand ww_cli_command_receipts;
extern const WwCliCommand ww_cli_command_draft;
extern const WwCliCommand ww_cli_command_typing;
extern const WwCliCommand ww_cli_command_history;
extern const WwCliCommand ww_cli_command_export;
extern const WwCliCommand ww_cli_command_import;
extern const WwCliCommand ww_cli_command_settings;
extern const WwCliCommand ww_cli_command_watch;

/* How far a command needs the client to come. */
typedef enum
{
  WW_CLI_REACH_LOCAL,   /* the store: no network is touched */
  WW_CLI_REACH_LINK,    /* the link comes up in the background */
  WW_CLI_REACH_ONLINE,  /* authenticated */
  WW_CLI_REACH_DRAINED, /* and all that waited on the server has arrived */
} WwCliReach;

gboolean ww_cli_open (WwCli *cli, WwCliReach reach, GError **error);
GError *ww_cli_state_error (WwClient *client);
gboolean ww_cli_try_link (WwCli *cli, GError **error);
void ww_cli_flush (WwCli *cli);
gboolean ww_cli_connect (WwCli *cli, WwCliReach reach, GError **error);

/* Waiting */
typedef gboolean (*WwCliCondition) (gpointer object);
DexFuture *ww_cli_until (gpointer object, const char *detailed_signal, WwCliCondition condition);
DexFuture *ww_cli_first (DexFuture *work, DexFuture *end);
DexFuture *ww_cli_bounded (WwCli *cli, DexFuture *future);
DexFuture *ww_cli_bounded_online (WwCli *cli, DexFuture *future);
gboolean ww_cli_link_tried (gpointer client);
int ww_cli_remaining_ms (WwCli *cli);
DexFuture *ww_cli_read_input (void);
DexFuture *ww_cli_read_line (void);

/* Asking */
typedef DexFuture *(*WwCliSubmit) (gpointer object, const char *code);
typedef void (*WwCliWrongCode) (WwCli *cli, gpointer object);
DexFuture *ww_cli_ask_code (WwCli *cli, gpointer object, WwCliSubmit submit, WwCliWrongCode wrong);
const char *ww_cli_cost_sentence (void);
void ww_cli_say_how_to_confirm (const char *handle, WwProof proof, const char *send_to, const char *send_text);
void ww_cli_say_wrong_code (guint tries_left);
gboolean ww_cli_agree (WwCli *cli, const char *question, GError **error);

/* Finding */
WwHandleAddition *ww_cli_find_addition (WwCli *cli, const char *typed);
void ww_cli_print_device_outcome (WwCli *cli, const char *id, const char *name, const char *state,
                                  const char *sentence);
gpointer ww_cli_find_device (GListModel *devices, const char *wanted, GError **error);
WwConversation *ww_cli_find_conversation (WwCli *cli, const char *wanted, GError **error);
WwMessage *ww_cli_find_message (WwCli *cli, const char *id, WwConversation **conversation, GError **error);
WwConversation *ww_cli_find_or_start_conversation (WwCli *cli, const char *to, GError **error);

/* Output */
void ww_cli_print_object (JsonObject *object);
void ww_cli_print (const char *format, ...) G_GNUC_PRINTF (1, 2);
void ww_cli_note (const char *format, ...) G_GNUC_PRINTF (1, 2);
WwCliStatus ww_cli_report (WwCli *cli, const GError *error);

G_END_DECLS
