import Dialects

/// Format strings: the first line is one, or is told to be none with a place within it; the others are read by it.
enum AccessLogFormatFuzzing {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        let end = bytes.firstIndex(of: 10) ?? bytes.endIndex
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        do throws(AccessLogFormatError) {
            let format = try AccessLogFormat(parsing: text)
            let lines = UnsafeRawBufferPointer(rebasing: bytes[end...])
            DialectFuzzing.read(lines, AccessLogDialect(format: format), byLine: true)
        } catch {
            precondition((0...text.utf8.count).contains(error.offset) && !error.hint.isEmpty)
        }
    }
}
