import Foundation

/// The clocks that a program is shown: the time of day may jump, and all may go faster than the machine's, with what
/// waits for them.
///
/// Debian's libfaketime is none for Swift programs: it takes every absolute time of a timer for a time of day.
final class ShownClock {
    private let file: String
    private let library: String

    struct Failure: Error {}

    /// Makes the library that shows them, with the compiler that the program is built with.
    init(in folder: URL) throws {
        file = folder.appending(path: "clock").path
        library = folder.appending(path: "clock.so").path
        let source = folder.appending(path: "clock.c").path
        try Data(Self.source.utf8).write(to: URL(filePath: source))
        let result = try Tool.run("/usr/bin/env", ["cc", "-shared", "-fPIC", "-o", library, source])
        guard result.status == 0 else { throw Failure() }
        try set(ahead: 0)
    }

    /// What a program finds in its environment that is shown this clock.
    ///
    /// - Parameter factor: how much faster than the machine's its clocks go from the program's start on.
    func environment(factor: Int = 1) -> [String: String] {
        ["LD_PRELOAD": library, "SHOWN_CLOCK": file, "SHOWN_FACTOR": String(factor)]
    }

    /// Sets the time of day so many seconds ahead of what it would be.
    func set(ahead seconds: Int) throws {
        // In one step: it is read at any time.
        try Data("\(seconds)\n".utf8).write(to: URL(filePath: file), options: .atomic)
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <sys/timerfd.h>
        #include <time.h>
        #include <unistd.h>

        typedef long long nanoseconds;
        static const nanoseconds second = 1000000000;
        static nanoseconds factor = 1, begun[8];
        static clockid_t clocks[4096];

        static nanoseconds of(struct timespec time) { return time.tv_sec * second + time.tv_nsec; }
        static struct timespec as(nanoseconds time) {
            return (struct timespec){.tv_sec = time / second, .tv_nsec = time % second};
        }
        static int isShown(clockid_t clock) {
            return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || (clock >= 4 && clock <= CLOCK_BOOTTIME);
        }
        static int isTimeOfDay(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }

        static nanoseconds ahead(clockid_t clock) {
            char text[32] = "";
            const char *path = isTimeOfDay(clock) ? getenv("SHOWN_CLOCK") : 0;
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            if (file < 0) return 0;
            if (read(file, text, sizeof text - 1) < 0) text[0] = 0;
            close(file);
            return atoll(text) * second;
        }

        __attribute__((constructor)) static void begin(void) {
            struct timespec now;
            for (clockid_t clock = 0; clock < 8; clock++)
                if (syscall(SYS_clock_gettime, clock, &now) == 0) begun[clock] = of(now);
            if (getenv("SHOWN_FACTOR")) factor = atoll(getenv("SHOWN_FACTOR"));
        }

        int clock_gettime(clockid_t clock, struct timespec *time) {
            int result = syscall(SYS_clock_gettime, clock, time);
            if (result != 0 || !isShown(clock)) return result;
            *time = as(begun[clock] + (of(*time) - begun[clock]) * factor + ahead(clock));
            return 0;
        }

        int gettimeofday(struct timeval *restrict time, void *restrict zone) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            time->tv_sec = now.tv_sec;
            time->tv_usec = now.tv_nsec / 1000;
            return 0;
        }

        time_t time(time_t *result) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (result) *result = now.tv_sec;
            return now.tv_sec;
        }

        int timerfd_create(int clock, int flags) {
            int file = syscall(SYS_timerfd_create, clock, flags);
            if (file >= 0 && file < 4096) clocks[file] = clock;
            return file;
        }

        int timerfd_settime(int file, int flags, const struct itimerspec *shown, struct itimerspec *old) {
            clockid_t clock = file >= 0 && file < 4096 ? clocks[file] : CLOCK_MONOTONIC;
            nanoseconds value = of(shown->it_value);
            struct itimerspec real = {.it_interval = as(of(shown->it_interval) / factor)};
            if (value > 0 && (flags & TFD_TIMER_ABSTIME))
                value = begun[clock] + (value - ahead(clock) - begun[clock]) / factor;
            else if (value > 0)
                value = value / factor;
            real.it_value = as(of(shown->it_value) > 0 && value <= 0 ? 1 : value);
            return syscall(SYS_timerfd_settime, file, flags, &real, old);
        }

        """
}
