/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Level x86amx on any machine: gemm_amx.c on AMX in C, and what stands around it in
 * scalar C. */
#ifndef IMP_TERMS_EMULATED_H
#define IMP_TERMS_EMULATED_H

#include "kernels.h"

extern const ImpKernels imp_kernels_emulated;

#endif
