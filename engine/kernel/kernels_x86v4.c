/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The kernels of level x86v4. */
#include "config.h"

#define IMP_LEVEL x86v4
#define IMP_LEVEL_CPU IMP_CPU_X86V4
#define IMP_LANES 16
#define IMP_REGISTERS 32
#include "template.h"
#include "template_transform.h"
#include "template_gemm.h"
#include "template_dot.h"
#include "template_table.h"
