extension DockerAPIRequest {
    /// The request target in the one spelling that it is forwarded in.
    ///
    /// Version as `v1.41`, path and query encoded anew, nothing but unreserved characters standing for itself.
    package var canonicalTarget: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128)
        if let version { append(version, to: &bytes) }
        appendPath(to: &bytes)
        var separator = UInt8(ascii: "?")
        for item in query {
            bytes.append(separator)
            separator = UInt8(ascii: "&")
            PercentCoding.append(item.name, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            PercentCoding.append(item.value, to: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func append(_ version: APIVersion, to bytes: inout [UInt8]) {
        // The one that nearly every request has is not worth a number's formatting.
        if version.major == 1, version.patch == 0, (10...99).contains(version.minor) {
            bytes.append(contentsOf: [
                UInt8(ascii: "/"), UInt8(ascii: "v"), UInt8(ascii: "1"), UInt8(ascii: "."),
                UInt8(48 + version.minor / 10), UInt8(48 + version.minor % 10),
            ])
        } else {
            bytes.append(contentsOf: "/v\(version)".utf8)
        }
    }

    private func appendPath(to bytes: inout [UInt8]) {
        // The path of these is a name throughout.
        if endpoint == .options { return PercentCoding.append(name ?? "/", plain: "/:@", to: &bytes) }
        var isFirst = true
        var isInPath = false
        var isInVariable = false
        for byte in endpoint.rawValue.utf8 {
            switch byte {
            case UInt8(ascii: "/") where !isInPath:
                isInPath = true
                bytes.append(byte)
            case UInt8(ascii: "{"):
                isInVariable = true
                PercentCoding.append((isFirst ? name : secondName) ?? "", plain: "/:@", to: &bytes)
                isFirst = false
            case UInt8(ascii: "}"): isInVariable = false
            default: if isInPath, !isInVariable { bytes.append(byte) }
            }
        }
    }
}
