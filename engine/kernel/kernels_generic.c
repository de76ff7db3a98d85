/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* The kernels of level generic: portable C on vectors of four. */
#include "config.h"

#define IMP_LEVEL generic
#define IMP_LEVEL_CPU IMP_CPU_GENERIC
#define IMP_LANES 4
#define IMP_REGISTERS 16
#include "template.h"
#include "template_transform.h"
#include "template_gemm.h"
#include "template_dot.h"
#include "template_table.h"
