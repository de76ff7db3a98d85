/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright 2026 The Impasto authors */

/* Whole files, by POSIX calls: fsync and rename need them. */
#define _POSIX_C_SOURCE 200809L
#include "config.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "status.h"

/* strerror speaks the locale's language and has a buffer of its own. */
static const char *reason(int code)
{
    switch (code) {
    case ENOENT:
        return "there is no such file or folder";
    case EACCES:
    case EPERM:
        return "permission was denied";
    case EROFS:
        return "the file system is read-only";
    case ENOSPC:
        return "the disk is full";
    case EISDIR:
    case ENOTEMPTY:
    case EEXIST:
        return "something of that name is in the way";
    case ENOTDIR:
        return "a part of the path is no folder";
    case ENAMETOOLONG:
        return "the name is too long";
    case EMFILE:
    case ENFILE:
        return "too many files are open";
    default:
        return "the system refused";
    }
}

static ImpStatus fail_system(ImpError *err, const char *path, const char *verb)
{
    const int code = errno;

    return imp_fail_file(err, IMP_IO_ERROR, path, "it cannot be %s: %s (error %d).",
                         verb, reason(code), code);
}

static ImpStatus read_all(int fd, void **bytes, size_t *size, const char *path,
                          size_t limit, ImpError *err)
{
    struct stat about;
    size_t have = 0;

    if (fstat(fd, &about) != 0)
        return fail_system(err, path, "read");
    if (!S_ISREG(about.st_mode))
        return imp_fail_file(err, IMP_IO_ERROR, path, "it is no regular file.");
    if ((uintmax_t)about.st_size > limit)
        return imp_fail_file(err, IMP_BAD_FILE, path,
                             "it has %ju bytes; at most %zu are read.",
                             (uintmax_t)about.st_size, limit);

    const size_t want = (size_t)about.st_size;
    char *const buffer = imp_alloc(want, 1);
    if (!buffer)
        return imp_fail_memory(err, want);
    while (have < want) {
        const ssize_t got = read(fd, buffer + have, want - have);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            const ImpStatus status =
                got < 0 ? fail_system(err, path, "read")
                        : imp_fail_file(err, IMP_IO_ERROR, path,
                                        "it became shorter while it was read.");
            imp_free(buffer);
            return status;
        }
        have += (size_t)got;
    }
    *bytes = buffer;
    *size = want;
    return IMP_OK;
}

ImpStatus imp_file_read(void **bytes, size_t *size, const char *path, size_t limit,
                        ImpError *err)
{
    /* O_NONBLOCK: opening a pipe must not wait for its other end. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return fail_system(err, path, "opened");
    const ImpStatus status = read_all(fd, bytes, size, path, limit, err);
    close(fd);
    return status;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t put = write(fd, bytes, size);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        bytes += put;
        size -= (size_t)put;
    }
    return true;
}

/* Create "path.0.tmp" or the next such name that is free; -1 where that fails. umask
 * decides the permissions, as for any new file. */
static int create_beside(char *name, size_t room, const char *path)
{
    int fd = -1;

    for (int i = 0; i < 100; i++) {
        snprintf(name, room, "%s.%d.tmp", path, i);
        fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666);
        if (fd >= 0 || errno != EEXIST)
            break;
    }
    return fd;
}

/* The new name reaches the disk with its folder, where the file system can do that. */
static void flush_folder(char *name)
{
    char *const slash = strrchr(name, '/');

    if (slash)
        slash[slash == name] = '\0';
    const int fd = open(slash ? name : ".", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

ImpStatus imp_file_replace(const char *path, const void *bytes, size_t size,
                           ImpError *err)
{
    const size_t room = strlen(path) + sizeof ".99.tmp";
    char *const name = imp_alloc(room, 1);
    ImpStatus status = IMP_OK;

    if (!name)
        return imp_fail_memory(err, room);
    const int fd = create_beside(name, room, path);
    if (fd < 0) {
        status = fail_system(err, path, "written");
        goto free_name;
    }
    if (!write_all(fd, bytes, size) || fsync(fd) != 0)
        status = fail_system(err, path, "written");
    if (close(fd) != 0 && status == IMP_OK)
        status = fail_system(err, path, "written");
    if (status == IMP_OK && rename(name, path) != 0)
        status = fail_system(err, path, "replaced");
    if (status != IMP_OK) {
        unlink(name);
        goto free_name;
    }
    flush_folder(name);
    status = imp_succeed(err);
free_name:
    imp_free(name);
    return status;
}
