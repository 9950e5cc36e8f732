/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ww-conversation.h"
#include "ww-database.h"
#include "ww-record.h"

G_BEGIN_DECLS

/*
 * What the application shows about a person. `handle` is the first of the account's current record and `weak` says that
 * all of that record's devices can only do suite 1: both are kept here, so that a list of conversations needs no record
 * parsed and no signature checked. The directory writes them together with the record.
 */
typedef struct
{
  guint8 account[16];
  char *name;   /* what the person calls themselves, "" when unknown */
  char *handle; /* "" when unknown */
  gboolean weak;
  char *problem; /* code of what the directory last showed and was refused ("record-forked"), NULL when all is well */
  char *handles; /* all of the current record, with spaces between them */

  /* What the person decided. */
  guint standing; /* WwStanding; 0: nothing yet */
  gboolean has_trusted_key;
  guint8 trusted_key[65]; /* with which the person last agreed to write */
  gboolean has_account_key;
  guint8 account_key[65]; /* of the current record */
  gboolean verified;      /* the safety number of trusted_key was compared */
  gint64 changed_ms;      /* when the last of these was decided, on whichever device */
  gboolean took;          /* has an address that somebody verified gave up */
} WwContactRow;

/* Whether nothing may go out before the person has decided; `self` may be NULL. */
gboolean ww_contact_row_is_changed (const WwContactRow *self);
WwTrust ww_contact_row_get_trust (const WwContactRow *self);

#define WW_TYPE_CONTACT_ROW (ww_contact_row_get_type ())
GType ww_contact_row_get_type (void);
WwContactRow *ww_contact_row_copy (const WwContactRow *self);
void ww_contact_row_free (WwContactRow *self);

/* *row is NULL when nothing is known about the account. */
gboolean ww_store_get_contact (WwDatabase *database, const guint8 account[16], WwContactRow **row, GError **error);
/* Writes what people see of it. */
gboolean ww_store_set_contact (WwDatabase *database, const WwContactRow *row, GError **error);
/* The same, but only the name: what a message says about its sender. *changed may be NULL. */
gboolean ww_store_set_contact_name (WwDatabase *database, const guint8 account[16], const char *name, gboolean *changed,
                                    GError **error);
/* From the directory. A NULL problem clears it. */
gboolean ww_store_set_contact_record (WwDatabase *database, const guint8 account[16], const char *handle, gboolean weak,
                                      const char *problem, GError **error);

/* Account key and handles of the person's current record. */
gboolean ww_store_set_contact_identity (WwDatabase *database, const WwRecord *record, GError **error);
/* Writes what the person decided: standing, trusted key, verified, when. */
gboolean ww_store_set_contact_decision (WwDatabase *database, const WwContactRow *row, GError **error);
/* Those of whom something was decided (WwContactRow). */
gboolean ww_store_list_decided_contacts (WwDatabase *database, GPtrArray **rows, GError **error);

/* For statements that read contacts, whose alias is `p`. From the current row, whose columns begin at `first`. */
#define WW_CONTACT_COLUMNS                                                                                           \
  "p.account, p.name, p.handle, p.weak, p.problem, p.handles, p.standing, p.trusted_key, p.account_key, p.verified," \
  " p.changed_ms, p.took"
#define WW_N_CONTACT_COLUMNS 12
WwContactRow *ww_store_read_contact_row (WwStatement *statement, int first);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WwContactRow, ww_contact_row_free)

G_END_DECLS
