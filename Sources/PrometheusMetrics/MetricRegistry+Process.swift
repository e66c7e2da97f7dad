extension MetricRegistry {
    /// Adds what every client of Prometheus tells of its process, by the names that are agreed on.
    ///
    /// Source: "Writing client libraries", section "Process metrics",
    /// https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics.
    package func observeProcess() {
        func add(_ name: MetricName, _ kind: MetricKind, _ help: String, _ read: @escaping @Sendable () -> Double?) {
            observe(name, kind, help) { read().map { [([], $0)] } ?? [] }
        }
        add("process_cpu_seconds_total", .counter, "User and system CPU time, in seconds.") {
            ProcessReading.processorSeconds()
        }
        add("process_open_fds", .gauge, "Open file descriptors.") { ProcessReading.openDescriptors() }
        add("process_max_fds", .gauge, "File descriptors that may be open.") { ProcessReading.maximumDescriptors() }
        add("process_virtual_memory_bytes", .gauge, "Virtual memory, in bytes.") {
            ProcessReading.current().virtualBytes
        }
        add("process_resident_memory_bytes", .gauge, "Resident memory, in bytes.") {
            ProcessReading.current().residentBytes
        }
        let startTime = ProcessReading.current().startTime
        add("process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.") { startTime }
    }

    /// Adds which program this is: always 1, for its labels.
    package func observeBuild(version: String) {
        observe("tidewaiter_build_info", .gauge, "Always 1; the version is in the label.", labels: ["version"]) {
            [([version], 1)]
        }
    }
}
