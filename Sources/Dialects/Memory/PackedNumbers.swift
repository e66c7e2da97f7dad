internal import Foundation

/// Many hashes, written as eight bytes each (least significant first) and not as digits.
struct PackedNumbers: Codable, Equatable {
    var numbers: [UInt64]

    init(_ numbers: [UInt64]) { self.numbers = numbers }

    /// Those of a ring, the oldest first.
    init(ring: [UInt64], oldest: Int) {
        numbers = Array(ring[oldest...] + ring[..<oldest])
    }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        let data = try value.decode(Data.self)
        guard data.count.isMultiple(of: 8) else {
            throw DecodingError.dataCorruptedError(in: value, debugDescription: "not whole numbers")
        }
        numbers = unsafe data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 8).map {
                UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
            }
        }
    }

    func encode(to encoder: any Encoder) throws {
        var data = Data(capacity: numbers.count * 8)
        for number in numbers {
            unsafe withUnsafeBytes(of: number.littleEndian) { unsafe data.append(contentsOf: $0) }
        }
        var value = encoder.singleValueContainer()
        try value.encode(data)
    }
}
