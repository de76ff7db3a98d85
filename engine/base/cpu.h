/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Which kernels this machine and this build can run. The build says so in config.h:
 * IMP_SIMD_X86V3, _X86V4, _X86BF16, _X86AMX, _NEON, defined as 1 where they are
 * built. */
#ifndef IMP_CPU_H
#define IMP_CPU_H

#include "impasto.h"

/* Whether kernels of this level are built and run here. Any thread. */
bool imp_cpu_runs(ImpCpu cpu);
/* IMP_OK where it does, else IMP_BAD_ARGUMENT. */
ImpStatus imp_cpu_check(ImpCpu cpu, ImpError *err) IMP_MUST_CHECK;

/* Whether the level multiplies in bfloat16. */
bool imp_cpu_has_bf16(ImpCpu cpu);

/* The best level, or the one called `name` (may be NULL) where that one runs. */
ImpCpu imp_cpu_lower(const char *name);

#endif
