internal import Deployments
internal import JSON

/// A line of a log, without what collectors put before it.
struct LogLine {
    private let bytes: [UInt8]
    private var start: Int
    private var end: Int
    let position: ContainerDeployment.LogPosition
    /// When it was logged, where the collector says.
    var time: Timestamp?

    init(_ bytes: [UInt8], at position: ContainerDeployment.LogPosition) {
        self.bytes = bytes
        self.position = position
        start = bytes.firstIndex { $0 > 32 } ?? bytes.count
        end = bytes.count
        while end > start, bytes[end - 1] <= 32 { end -= 1 }
    }

    var isBlank: Bool { start == end }

    var content: ArraySlice<UInt8> { bytes[start..<end] }

    /// Lends the content for as long as `body` runs.
    func withContent<Result>(_ body: (UnsafeRawBufferPointer) throws(JSONError) -> Result) throws(JSONError) -> Result {
        var result: Swift.Result<Result, JSONError>?
        unsafe bytes.withUnsafeBytes { memory in
            let content = unsafe UnsafeRawBufferPointer(rebasing: memory[start..<end])
            do throws(JSONError) { result = .success(try unsafe body(content)) } catch { result = .failure(error) }
        }
        guard let result else { throw JSONError(.empty, at: 0) }
        return try result.get()
    }

    /// Passes over what syslog puts before a message: `<134>Nov 23 23:42:41 host haproxy[7]: `, the same without its
    /// priority or with an RFC 3339 time (rsyslog's files), and RFC 5424's header with its structured data.
    mutating func dropSyslogHeader() {
        guard let (length, time) = SyslogHeader.length(of: content.prefix(2_048)) else { return }
        start = bytes[(start + length)..<end].firstIndex { $0 > 32 } ?? end
        self.time = self.time ?? time
    }
}
