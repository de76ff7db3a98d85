/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The kernels of level x86bf16: as x86v4, with products of bfloat16 in the transform
 * domain. */
#include "config.h"

#define IMP_LEVEL x86bf16
#define IMP_LEVEL_CPU IMP_CPU_X86BF16
#define IMP_BF16 1
#define IMP_LANES 16
#define IMP_REGISTERS 32
#include "template.h"
#include "template_transform.h"
#include "template_gemm.h"
#include "template_dot.h"
#include "template_table.h"
