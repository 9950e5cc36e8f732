/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ww-client.h"

G_BEGIN_DECLS

/*
 * The face of a conversation: of a person, their initials; of a group, its picture, or the first two of the people in it.
 * Nothing but ornament to a screen reader. Property: "size".
 */
#define WW_TYPE_FACE (ww_face_get_type ())
G_DECLARE_FINAL_TYPE (WwFace, ww_face, WW, FACE, GtkWidget)

GtkWidget *ww_face_new (int size);
void ww_face_set_conversation (WwFace *self, WwConversation *conversation);

G_END_DECLS
