/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libdex.h>

G_BEGIN_DECLS

/* The engine's types, in one place, so that headers need not include each other. */
typedef struct _WwAlert WwAlert;
typedef struct _WwAttachment WwAttachment;
typedef struct _WwClient WwClient;
typedef struct _WwContact WwContact;
typedef struct _WwConversation WwConversation;
typedef struct _WwDelivery WwDelivery;
typedef struct _WwDevice WwDevice;
typedef struct _WwEnrolment WwEnrolment;
typedef struct _WwHandleAddition WwHandleAddition;
typedef struct _WwLinkPreview WwLinkPreview;
typedef struct _WwLocation WwLocation;
typedef struct _WwMember WwMember;
typedef struct _WwMessage WwMessage;
typedef struct _WwMessageEdit WwMessageEdit;
typedef struct _WwMessageList WwMessageList;
typedef struct _WwOutgoing WwOutgoing;
typedef struct _WwPendingDevice WwPendingDevice;
typedef struct _WwSearchHit WwSearchHit;
typedef struct _WwSearchResults WwSearchResults;
typedef struct _WwQuote WwQuote;
typedef struct _WwTapback WwTapback;

G_END_DECLS
