/// Metrics as text, in Prometheus' format 0.0.4.
///
/// Source: "Exposition formats", section "Text format details",
/// https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details.
package struct TextExposition {
    /// The media type of the text.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var bytes: [UInt8] = []

    /// Writes all lines of one name, which stand together behind its HELP and its TYPE; nothing where there are none.
    mutating func add(_ name: MetricName, _ help: String, _ kind: MetricKind, _ series: [MetricSeries]) {
        guard !series.isEmpty else { return }
        write("# HELP \(name.text) ")
        writeEscaped(help, quotes: false)
        write("\n# TYPE \(name.text) \(kind.rawValue)\n")
        for one in series {
            for sample in one.samples {
                write(name.text)
                write(sample.suffix.text)
                writeLabels(one.labels, sample.bound)
                write(" ")
                write(Self.text(of: sample.value))
                write("\n")
            }
        }
    }

    private mutating func writeLabels(_ labels: [(name: LabelName, value: String)], _ bound: Double?) {
        guard !labels.isEmpty || bound != nil else { return }
        var separator = "{"
        for (name, value) in labels {
            write("\(separator)\(name.text)=\"")
            writeEscaped(value, quotes: true)
            write("\"")
            separator = ","
        }
        if let bound { write("\(separator)le=\"\(Self.text(of: .number(bound)))\"") }
        write("}")
    }

    /// In a HELP text a backslash and a line's end are escaped; in a label's value double quotes, too.
    private mutating func writeEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): write("\\\\")
            case UInt8(ascii: "\n"): write("\\n")
            case UInt8(ascii: "\"") where quotes: write("\\\"")
            default: bytes.append(byte)
            }
        }
    }

    private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// A number as Go's `strconv.ParseFloat` takes it, which is what the format asks for.
    static func text(of value: MetricValue) -> String {
        switch value {
        case .count(let count): "\(count)"
        case .number(let number) where number.isNaN: "NaN"
        case .number(let number) where number.isInfinite: number < 0 ? "-Inf" : "+Inf"
        // Whole numbers, as far as a Double tells them apart, read better without a point.
        case .number(let number) where number == number.rounded() && abs(number) < 0x1p53: "\(Int64(number))"
        case .number(let number): "\(number)"
        }
    }
}
