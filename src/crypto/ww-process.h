/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* To be called before anything else of this library, by a process whose threads may outlive its main(). */
void ww_crypto_outlive_main (void);
