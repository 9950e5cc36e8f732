/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <libdex.h>

G_BEGIN_DECLS

/* What is done when the person agrees; `subject` is what ww_question_ask() was given. Transfer full. */
typedef DexFuture *(*WwQuestionFunc) (gpointer subject, const char *argument);

/* A question before something that can't be undone, and what went wrong when it was tried. */
typedef struct
{
  const char *heading;
  const char *body;
  const char *label;  /* of the button that does it, with a mnemonic */
  const char *failed; /* heading of what is said when it fails; stays valid, as translations do */
  WwQuestionFunc func;
} WwQuestion;

void ww_question_ask (const WwQuestion *question, GObject *subject, const char *argument, GtkWidget *parent);
void ww_question_report (DexFuture *future, const char *failed, GtkWidget *parent);

G_END_DECLS
