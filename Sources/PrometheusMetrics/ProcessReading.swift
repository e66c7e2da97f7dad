internal import Glibc

/// What the kernel says of this process (proc(5)); nil for what it does not say.
struct ProcessReading {
    /// Memory of the process, in bytes: what it has reserved, and what of that is in RAM.
    var virtualBytes: Double?
    var residentBytes: Double?
    /// When it started, in seconds since 1970.
    var startTime: Double?

    /// Reads `/proc/self/stat`, whose second field, the program's name in parentheses, may hold anything.
    ///
    /// - Parameters:
    ///   - bootTime: when the machine started, in seconds since 1970.
    ///   - ticks: the clock's ticks per second.
    init(stat: String, bootTime: Double?, ticks: Double, pageSize: Double) {
        guard let end = stat.lastIndex(of: ")") else { return }
        // The field behind the name is the third.
        let fields = stat[stat.index(after: end)...].split { $0 == " " || $0 == "\n" }
        func field(_ number: Int) -> Double? { fields.count > number - 3 ? Double(fields[number - 3]) : nil }
        virtualBytes = field(23)
        residentBytes = field(24).map { $0 * pageSize }
        if let bootTime, let started = field(22), ticks > 0 { startTime = bootTime + started / ticks }
    }

    /// This process.
    static func current() -> ProcessReading {
        ProcessReading(
            stat: text(of: "/proc/self/stat") ?? "",
            bootTime: bootTime(stat: text(of: "/proc/stat") ?? ""),
            ticks: Double(sysconf(Int32(_SC_CLK_TCK))),
            pageSize: Double(sysconf(Int32(_SC_PAGESIZE)))
        )
    }

    static func bootTime(stat: String) -> Double? {
        stat.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
    }

    /// Processor time of the process, all threads together, in seconds.
    static func processorSeconds() -> Double? {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func openDescriptors() -> Double? {
        guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        // `.`, `..`, and the descriptor that this is read through.
        return Double(max(0, count - 3))
    }

    /// How many descriptors it may open (RLIMIT_NOFILE).
    static func maximumDescriptors() -> Double? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return limit.rlim_cur == rlim_t.max ? nil : Double(limit.rlim_cur)
    }

    /// A file of the kernel's, which says no length before it is read; at most a mebibyte of it.
    private static func text(of path: String) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while text.count < 1 << 20 {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            text += piece.prefix(count)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
