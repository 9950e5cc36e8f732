/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ww-directory"

#include "ww-directory-private.h"

#include "ww-checks.h"
#include "ww-contact-private.h"
#include "ww-error-private.h"
#include "ww-until.h"

struct _WwDirectory
{
  GObject parent_instance;

  WwStore *store;
  WwLink *link;
  WwIdentity *identity;
  DexPromise *closing;
  GHashTable *newest;    /* account (GBytes) → WwRecord */
  GHashTable *problems;  /* account (GBytes) → GError */
  GHashTable *expected;  /* hashes (GBytes) of records that this device published for its person */
  GHashTable *under_way; /* account (GBytes) → DexPromise of a WwRecord */
};

G_DEFINE_FINAL_TYPE (WwDirectory, ww_directory, G_TYPE_OBJECT)

enum
{
  SIGNAL_CONTACT_CHANGED,
  SIGNAL_CONVERSATION_CHANGED,
  SIGNAL_ALERT_ADDED,
  SIGNAL_OWN_RECORD,
  SIGNAL_RECOVERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* One look-up. */
typedef struct
{
  WwDirectory *directory;
  guint8 account[16];
  char *handle; /* NULL: by account */
  WwLink *link;
} LookUp;

static LookUp *
look_up_new (WwDirectory *directory, const guint8 *account, const char *handle)
{
  LookUp *self = g_new0 (LookUp, 1);

  self->directory = g_object_ref (directory);
  if (account != NULL)
    memcpy (self->account, account, WW_ID_SIZE);
  self->handle = g_strdup (handle);
  self->link = g_object_ref (directory->link);
  return self;
}

static void
look_up_free (gpointer data)
{
  LookUp *self = data;

  g_clear_object (&self->directory);
  g_clear_object (&self->link);
  g_free (self->handle);
  g_free (self);
}

static GBytes *
account_key (const guint8 account[16])
{
  return g_bytes_new (account, WW_ID_SIZE);
}

WwDirectory *
ww_directory_new (WwStore *store, WwLink *link, WwIdentity *identity)
{
  WwDirectory *self = g_object_new (WW_TYPE_DIRECTORY, NULL);

  self->store = g_object_ref (store);
  self->link = g_object_ref (link);
  self->identity = ww_identity_ref (identity);
  return self;
}

void
ww_directory_close (WwDirectory *self)
{
  if (dex_future_is_pending (DEX_FUTURE (self->closing)))
    dex_promise_reject (self->closing, ww_error_new (WW_ERROR_CANCELLED));
}

void
ww_directory_expect (WwDirectory *self, const guint8 hash[32])
{
  g_hash_table_add (self->expected, g_bytes_new (hash, WW_HASH_SIZE));
}

static void
remember (WwDirectory *self, WwRecord *record)
{
  g_hash_table_replace (self->newest, account_key (ww_record_account_id (record)), ww_record_ref (record));
}

static WwRecord *
recall (WwDirectory *self, const guint8 account[16])
{
  g_autoptr (GBytes) key = account_key (account);

  return g_hash_table_lookup (self->newest, key);
}

static gboolean
is_own (WwDirectory *self, const guint8 account[16])
{
  return memcmp (account, ww_identity_get_account_id (self->identity), WW_ID_SIZE) == 0;
}

typedef struct
{
  guint8 account[16];
  guint8 hash[32];
  char *handle;
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  g_free (self->handle);
  g_free (self);
}

/* What the store knows about an account. Boxed for the way between the threads. */
typedef struct
{
  WwRecord *record;
  char *problem;
} Known;

static void
known_free (Known *self)
{
  g_clear_pointer (&self->record, ww_record_unref);
  g_free (self->problem);
  g_free (self);
}

static Known *
known_copy (Known *self)
{
  Known *copy = g_new0 (Known, 1);

  copy->record = self->record != NULL ? ww_record_ref (self->record) : NULL;
  copy->problem = g_strdup (self->problem);
  return copy;
}

static GType known_get_type (void);
G_DEFINE_BOXED_TYPE (Known, known, known_copy, known_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Known, known_free)

static gboolean
read_known (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const Question *question = data;
  g_autoptr (Known) known = g_new0 (Known, 1);
  g_autoptr (WwContactRow) contact = NULL;

  if (!ww_store_newest_record (database, question->account, &known->record, error) ||
      !ww_store_get_contact (database, question->account, &contact, error))
    return FALSE;
  if (contact != NULL)
    known->problem = g_strdup (contact->problem);
  g_value_init (result, known_get_type ());
  g_value_take_boxed (result, g_steal_pointer (&known));
  return TRUE;
}

/* The error whose stable word is `code`. */
static GError *
problem_from_code (const char *code)
{
  for (int i = WW_ERROR_RECORD_MALFORMED; i <= WW_ERROR_RECORD_WRONG_KEY; i++)
    {
      g_autoptr (GError) error = ww_error_new ((WwError) i);

      if (g_str_equal (ww_error_get_code (error), code))
        return g_steal_pointer (&error);
    }
  return ww_error_new (WW_ERROR_RECORD_MALFORMED);
}

/* Into the cache what the store knows. `*record` is NULL, and there is no error, when nobody knows the account. */
static gboolean
load (WwDirectory *self, const guint8 account[16], WwRecord **record, GError **error)
{
  Question *question;
  g_autoptr (Known) known = NULL;
  WwRecord *cached = recall (self, account);

  if (cached == NULL)
    {
      question = g_new0 (Question, 1);
      memcpy (question->account, account, WW_ID_SIZE);
      known = dex_await_boxed (
          ww_until (ww_store_read (self->store, read_known, question, question_free), self->closing), error);
      if (known == NULL)
        return FALSE;
      if (known->problem != NULL)
        g_hash_table_replace (self->problems, account_key (account), problem_from_code (known->problem));
      cached = recall (self, account);
      if (cached == NULL && known->record != NULL)
        remember (self, known->record);
      cached = recall (self, account);
    }
  *record = cached != NULL ? ww_record_ref (cached) : NULL;
  return TRUE;
}

static WwFindingResult *
write_finding (WwDirectory *self, WwFinding *finding, GError **error)
{
  return dex_await_boxed (
      ww_until (ww_store_run (self->store, ww_store_write_finding, finding, ww_finding_free), self->closing), error);
}

static void
tell (WwDirectory *self, WwFindingResult *result)
{
  if (result->contact != NULL)
    g_signal_emit (self, signals[SIGNAL_CONTACT_CHANGED], 0, result->contact);
  if (result->notices->len > 0 || result->states->len > 0)
    g_signal_emit (self, signals[SIGNAL_CONVERSATION_CHANGED], 0, result);
  for (guint i = 0; i < result->alerts->len; i++)
    g_signal_emit (self, signals[SIGNAL_ALERT_ADDED], 0, result->alerts->pdata[i]);
}

/* What the server showed is refused: remembered, told once, and the error of the look-up. */
static void
refuse (LookUp *look_up, WwReply *reply, const guint8 account[16], WwRecordStatus status, GError **error)
{
  WwDirectory *self = look_up->directory;
  g_autoptr (GError) problem = ww_error_new (ww_error_from_record (status));
  g_autoptr (WwFindingResult) result = NULL;
  WwFinding *finding = ww_finding_new (account);
  WwRecord *known = recall (self, account);
  const char *handle = look_up->handle;
  size_t n_handles = 0;

  if (handle == NULL && known != NULL)
    {
      const char *const *handles = ww_record_handles (known, &n_handles);

      handle = n_handles > 0 ? handles[0] : NULL;
    }
  g_message ("the directory showed a record that was refused");
  finding->problem = g_strdup (ww_error_get_code (problem));
  g_ptr_array_add (finding->alerts, ww_chain_problem_alert (account, reply, finding->problem, handle));
  g_hash_table_replace (self->problems, account_key (account), g_error_copy (problem));
  result = write_finding (self, finding, error);
  if (result == NULL)
    return;
  tell (self, result);
  g_propagate_error (error, g_steal_pointer (&problem));
}

static gboolean
accept (LookUp *look_up, WwRecord *known, GPtrArray *records, WwRecord *newest, GError **error)
{
  WwDirectory *self = look_up->directory;
  const guint8 *account = ww_record_account_id (newest);
  WwFinding *finding = ww_finding_new (account);
  g_autoptr (WwFindingResult) result = NULL;
  g_autoptr (GBytes) key = account_key (account);
  gboolean recovered;
  size_t n_handles;
  const char *const *handles = ww_record_handles (newest, &n_handles);

  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (finding->records, ww_record_ref (records->pdata[i]));
  finding->handle = look_up->handle != NULL && ww_record_has_handle (newest, look_up->handle)
                        ? g_strdup (look_up->handle)
                        : NULL;
  finding->shown_handle = g_strdup (n_handles > 0 ? handles[0] : "");
  finding->weak = ww_contact_record_is_weak (newest);
  finding->newest = ww_record_ref (newest);
  finding->own = is_own (self, account);
  if (is_own (self, account))
    ww_chain_add_alerts (finding->alerts, self->identity, known, records, self->expected);
  result = write_finding (self, finding, error);
  if (result == NULL)
    return FALSE;
  remember (self, newest);
  recovered = g_hash_table_remove (self->problems, key);
  tell (self, result);
  if (recovered)
    g_signal_emit (self, signals[SIGNAL_RECOVERED], 0, key);
  if (is_own (self, account) && records->len > 0)
    g_signal_emit (self, signals[SIGNAL_OWN_RECORD], 0, newest);
  return TRUE;
}

/* A program that has just started asks before its first connection is up: that is worth a moment's patience. */
#define FIRST_CONNECTION_S 10

static gboolean
wait_for_link (LookUp *look_up, GError **error)
{
  WwDirectory *self = look_up->directory;
  WwLinkState state = ww_link_get_state (look_up->link);
  DexFuture *up;

  if (state != WW_LINK_STATE_CONNECTING && state != WW_LINK_STATE_GREETING && state != WW_LINK_STATE_AUTHENTICATING)
    return TRUE;
  up = dex_future_first (ww_link_wait_up (look_up->link), dex_timeout_new_seconds (FIRST_CONNECTION_S), NULL);
  if (dex_await (ww_until (up, self->closing), error))
    return TRUE;
  if (g_error_matches (*error, DEX_ERROR, DEX_ERROR_TIMED_OUT))
    {
      g_clear_error (error);
      ww_error_set (error, WW_ERROR_OFFLINE);
    }
  return FALSE;
}

static WwReply *
ask (LookUp *look_up, const guint8 *account, guint64 known_sequence, GError **error)
{
  WwDirectory *self = look_up->directory;
  Waxwing__Request request = WAXWING__REQUEST__INIT;
  Waxwing__LookUp question = WAXWING__LOOK_UP__INIT;

  if (account != NULL)
    {
      question.by_case = WAXWING__LOOK_UP__BY_ACCOUNT_ID;
      question.account_id.data = (guint8 *) account;
      question.account_id.len = WW_ID_SIZE;
    }
  else
    {
      question.by_case = WAXWING__LOOK_UP__BY_HANDLE;
      question.handle = look_up->handle;
    }
  question.known_sequence = known_sequence;
  request.body_case = WAXWING__REQUEST__BODY_LOOK_UP;
  request.look_up = &question;
  if (!wait_for_link (look_up, error))
    return NULL;
  return dex_await_boxed (
      ww_until (ww_link_request (look_up->link, &request, WAXWING__RESPONSE__BODY_LOOK_UP, WW_REQUEST_TIMEOUT_MS),
                self->closing),
      error);
}

/* All of the account's records since `known`, in as many answers as it takes. */
static WwRecord *
fetch_chain (LookUp *look_up, const guint8 account[16], GError **error)
{
  WwDirectory *self = look_up->directory;
  g_autoptr (WwRecord) known = NULL;
  guint64 current;

  if (!load (self, account, &known, error))
    return NULL;
  do
    {
      g_autoptr (WwReply) reply = ask (look_up, account, known != NULL ? ww_record_sequence (known) : 0, error);
      g_autoptr (WwChainCheck) check = NULL;
      g_autoptr (WwRecord) newest = NULL;

      if (reply == NULL)
        return NULL;
      if (!ww_reply_response (reply)->look_up->found)
        {
          /* Who was there cannot be gone: accounts only ever get more records. */
          if (known != NULL)
            refuse (look_up, reply, account, WW_RECORD_ROLLED_BACK, error);
          else
            ww_error_set (error, WW_ERROR_NO_SUCH_PERSON);
          return NULL;
        }
      check = ww_chain_check_new (reply, known, account);
      if (!dex_await (ww_until (ww_chain_check_run (check), self->closing), error))
        return NULL;
      current = ww_reply_response (reply)->look_up->current_sequence;
      if (check->status == WW_RECORD_OK && check->records->len == 0 &&
          (known == NULL || ww_record_sequence (known) != current))
        check->status = WW_RECORD_GAP;
      if (check->status != WW_RECORD_OK)
        {
          refuse (look_up, reply, account, check->status, error);
          return NULL;
        }
      newest = ww_record_ref (check->records->len > 0 ? check->records->pdata[check->records->len - 1] : known);
      if (!accept (look_up, known, check->records, newest, error))
        return NULL;
      g_clear_pointer (&known, ww_record_unref);
      known = g_steal_pointer (&newest);
    }
  while (ww_record_sequence (known) < current);
  return g_steal_pointer (&known);
}

/* Resolves the promise that all who asked meanwhile share. */
static DexFuture *
refresh_fiber (gpointer data)
{
  LookUp *look_up = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) key = account_key (look_up->account);
  g_autoptr (DexPromise) promise = NULL;
  WwRecord *record = fetch_chain (look_up, look_up->account, &error);

  promise = dex_ref (g_hash_table_lookup (look_up->directory->under_way, key));
  g_hash_table_remove (look_up->directory->under_way, key);
  if (record == NULL)
    dex_promise_reject (promise, g_steal_pointer (&error));
  else
    dex_promise_resolve_boxed (promise, WW_TYPE_RECORD, record);
  return dex_future_new_true ();
}

DexFuture *
ww_directory_refresh (WwDirectory *self, const guint8 account[16])
{
  return ww_directory_refresh_over (self, self->link, account);
}

/* One at a time for each account: who asks meanwhile gets the same answer. */
DexFuture *
ww_directory_refresh_over (WwDirectory *self, WwLink *link, const guint8 account[16])
{
  LookUp *look_up;
  g_autoptr (GBytes) key = account_key (account);
  DexPromise *promise = g_hash_table_lookup (self->under_way, key);

  if (promise != NULL)
    return DEX_FUTURE (dex_ref (promise));
  promise = dex_promise_new ();
  g_hash_table_insert (self->under_way, g_steal_pointer (&key), dex_ref (promise));
  look_up = look_up_new (self, account, NULL);
  g_set_object (&look_up->link, link);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, refresh_fiber, look_up, look_up_free));
  return DEX_FUTURE (promise);
}

static gboolean
read_handle (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const Question *question = data;
  guint8 account[WW_ID_SIZE];
  gboolean found;

  if (!ww_store_find_handle (database, question->handle, account, &found, error))
    return FALSE;
  g_value_init (result, G_TYPE_BYTES);
  g_value_take_boxed (result, found ? g_bytes_new (account, sizeof account) : g_bytes_new (NULL, 0));
  return TRUE;
}

/* The account that had the handle when it was last asked about; FALSE, without an error, when there is none. */
static gboolean
find_account (WwDirectory *self, const char *handle, guint8 account[16], GError **error)
{
  Question *question = g_new0 (Question, 1);
  g_autoptr (GBytes) found = NULL;

  question->handle = g_strdup (handle);
  found = dex_await_boxed (ww_until (ww_store_read (self->store, read_handle, question, question_free), self->closing),
                           error);
  if (found == NULL || g_bytes_get_size (found) != WW_ID_SIZE)
    return FALSE;
  memcpy (account, g_bytes_get_data (found, NULL), WW_ID_SIZE);
  return TRUE;
}

/* Whether the account that had the handle gave it up, which only its own chain says. */
static gboolean
check_given_up (LookUp *look_up, const guint8 before[16], gboolean *given_up, GError **error)
{
  WwDirectory *self = look_up->directory;
  g_autoptr (WwRecord) record = dex_await_boxed (ww_until (ww_directory_refresh (self, before), self->closing), error);

  if (record == NULL)
    return FALSE;
  *given_up = !ww_record_has_handle (record, look_up->handle);
  return TRUE;
}

/* The answer to "who has this handle" is only a hint at an account: its chain is fetched and checked by account id. */
static WwRecord *
look_up_handle (LookUp *look_up, GError **error)
{
  WwDirectory *self = look_up->directory;
  g_autoptr (WwReply) reply = ask (look_up, NULL, G_MAXUINT32, error);
  g_autoptr (WwRecord) record = NULL;
  const Waxwing__LookUpResult *found;
  guint8 before[WW_ID_SIZE];
  gboolean known, given_up = TRUE;

  if (reply == NULL)
    return NULL;
  found = ww_reply_response (reply)->look_up;
  known = find_account (self, look_up->handle, before, error);
  if (error != NULL && *error != NULL)
    return NULL;
  /* Before the newcomer's record is taken: what it is compared with must be as it is now. */
  if (known && (!found->found || memcmp (before, found->account_id.data, WW_ID_SIZE) != 0) &&
      !check_given_up (look_up, before, &given_up, error))
    return NULL;
  if (!found->found)
    {
      if (!given_up)
        refuse (look_up, reply, before, WW_RECORD_ROLLED_BACK, error);
      else
        ww_error_set (error, WW_ERROR_NO_SUCH_PERSON);
      return NULL;
    }
  record = fetch_chain (look_up, found->account_id.data, error);
  if (record == NULL)
    return NULL;
  if (!ww_record_has_handle (record, look_up->handle))
    {
      ww_error_set (error, WW_ERROR_RECORD_WRONG_ACCOUNT);
      return NULL;
    }
  return g_steal_pointer (&record);
}

static DexFuture *
look_up_fiber (gpointer data)
{
  g_autoptr (GError) error = NULL;
  WwRecord *record = look_up_handle (data, &error);

  if (record == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_take_boxed (WW_TYPE_RECORD, record);
}

/* `handle` is normalised. */
DexFuture *
ww_directory_look_up (WwDirectory *self, const char *handle)
{
  return dex_scheduler_spawn (NULL, 0, look_up_fiber, look_up_new (self, NULL, handle), look_up_free);
}

static DexFuture *
get_fiber (gpointer data)
{
  LookUp *look_up = data;
  g_autoptr (GError) error = NULL;
  WwRecord *record = NULL;

  if (!load (look_up->directory, look_up->account, &record, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (record != NULL)
    return dex_future_new_take_boxed (WW_TYPE_RECORD, record);
  return ww_directory_refresh (look_up->directory, look_up->account);
}

DexFuture *
ww_directory_get (WwDirectory *self, const guint8 account[16])
{
  WwRecord *cached = recall (self, account);

  if (cached != NULL)
    return dex_future_new_take_boxed (WW_TYPE_RECORD, ww_record_ref (cached));
  return dex_scheduler_spawn (NULL, 0, get_fiber, look_up_new (self, account, NULL), look_up_free);
}

static DexFuture *
find_handle_fiber (gpointer data)
{
  LookUp *look_up = data;
  g_autoptr (GError) error = NULL;
  WwRecord *record = NULL;

  if (find_account (look_up->directory, look_up->handle, look_up->account, &error) &&
      load (look_up->directory, look_up->account, &record, &error) && record != NULL &&
      ww_record_has_handle (record, look_up->handle))
    return dex_future_new_take_boxed (WW_TYPE_RECORD, record);
  g_clear_pointer (&record, ww_record_unref);
  if (error == NULL)
    ww_error_set (&error, WW_ERROR_NO_SUCH_PERSON);
  return dex_future_new_for_error (g_steal_pointer (&error));
}

DexFuture *
ww_directory_find_handle (WwDirectory *self, const char *handle)
{
  return dex_scheduler_spawn (NULL, 0, find_handle_fiber, look_up_new (self, NULL, handle), look_up_free);
}

static gboolean
read_has_hash (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const Question *question = data;
  gboolean found;

  if (!ww_store_has_record (database, question->account, question->hash, &found, error))
    return FALSE;
  g_value_init (result, G_TYPE_BOOLEAN);
  g_value_set_boolean (result, found);
  return TRUE;
}

DexFuture *
ww_directory_has_hash (WwDirectory *self, const guint8 account[16], const guint8 hash[32])
{
  WwRecord *cached = recall (self, account);
  Question *question;

  if (cached != NULL && memcmp (ww_record_hash (cached), hash, WW_HASH_SIZE) == 0)
    return dex_future_new_true ();
  question = g_new0 (Question, 1);
  memcpy (question->account, account, WW_ID_SIZE);
  memcpy (question->hash, hash, WW_HASH_SIZE);
  return ww_store_read (self->store, read_has_hash, question, question_free);
}

static gboolean
read_by_hash (WwDatabase *database, gpointer data, GValue *result, GError **error)
{
  const Question *question = data;
  WwRecord *record;

  if (!ww_store_find_record (database, question->account, question->hash, &record, error))
    return FALSE;
  if (record == NULL)
    {
      ww_error_set (error, WW_ERROR_NO_SUCH_PERSON);
      return FALSE;
    }
  g_value_init (result, WW_TYPE_RECORD);
  g_value_take_boxed (result, record);
  return TRUE;
}

DexFuture *
ww_directory_get_by_hash (WwDirectory *self, const guint8 account[16], const guint8 hash[32])
{
  WwRecord *cached = recall (self, account);
  Question *question;

  if (cached != NULL && memcmp (ww_record_hash (cached), hash, WW_HASH_SIZE) == 0)
    return dex_future_new_take_boxed (WW_TYPE_RECORD, ww_record_ref (cached));
  question = g_new0 (Question, 1);
  memcpy (question->account, account, WW_ID_SIZE);
  memcpy (question->hash, hash, WW_HASH_SIZE);
  return ww_store_read (self->store, read_by_hash, question, question_free);
}

GError *
ww_directory_dup_problem (WwDirectory *self, const guint8 account[16])
{
  g_autoptr (GBytes) key = account_key (account);
  const GError *problem = g_hash_table_lookup (self->problems, key);

  return problem != NULL ? g_error_copy (problem) : NULL;
}

static void
ww_directory_dispose (GObject *object)
{
  ww_directory_close (WW_DIRECTORY (object));
  G_OBJECT_CLASS (ww_directory_parent_class)->dispose (object);
}

static void
ww_directory_finalize (GObject *object)
{
  WwDirectory *self = WW_DIRECTORY (object);

  g_clear_object (&self->store);
  g_clear_object (&self->link);
  g_clear_pointer (&self->identity, ww_identity_unref);
  dex_clear (&self->closing);
  g_clear_pointer (&self->newest, g_hash_table_unref);
  g_clear_pointer (&self->problems, g_hash_table_unref);
  g_clear_pointer (&self->expected, g_hash_table_unref);
  g_clear_pointer (&self->under_way, g_hash_table_unref);
  G_OBJECT_CLASS (ww_directory_parent_class)->finalize (object);
}

static void
ww_directory_class_init (WwDirectoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ww_directory_dispose;
  object_class->finalize = ww_directory_finalize;
  signals[SIGNAL_CONTACT_CHANGED] = g_signal_new ("contact-changed", WW_TYPE_DIRECTORY, G_SIGNAL_RUN_LAST, 0, NULL,
                                                  NULL, NULL, G_TYPE_NONE, 1,
                                                  WW_TYPE_CONTACT_ROW | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_CONVERSATION_CHANGED] = g_signal_new ("conversation-changed", WW_TYPE_DIRECTORY, G_SIGNAL_RUN_LAST, 0,
                                                       NULL, NULL, NULL, G_TYPE_NONE, 1,
                                                       WW_TYPE_FINDING_RESULT | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_ALERT_ADDED] = g_signal_new ("alert-added", WW_TYPE_DIRECTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                              G_TYPE_NONE, 1, WW_TYPE_ALERT_ROW | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_OWN_RECORD] = g_signal_new ("own-record", WW_TYPE_DIRECTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                             G_TYPE_NONE, 1, WW_TYPE_RECORD);
  signals[SIGNAL_RECOVERED] = g_signal_new ("recovered", WW_TYPE_DIRECTORY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 1, G_TYPE_BYTES);
}

static void
ww_directory_init (WwDirectory *self)
{
  self->closing = dex_promise_new ();
  self->newest = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref,
                                        (GDestroyNotify) ww_record_unref);
  self->problems = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref,
                                          (GDestroyNotify) g_error_free);
  self->expected = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  self->under_way = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, dex_unref);
}
