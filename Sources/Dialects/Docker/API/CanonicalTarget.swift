extension DockerAPIRequest {
    /// The request target in the one spelling that it is forwarded in.
    ///
    /// Version as `v1.41`, path and query encoded anew, nothing but unreserved characters standing for itself.
    package var canonicalTarget: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128)
        if let version {
            bytes.append(contentsOf: "/v\(version)".utf8)
        }
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

    private func appendPath(to bytes: inout [UInt8]) {
        // The path of these is a name throughout.
        if endpoint == .options { return PercentCoding.append(name ?? "/", plain: "/:@", to: &bytes) }
        var variables = [name, secondName].compactMap { $0 }[...]
        var isInVariable = false
        for byte in endpoint.pattern.utf8 {
            switch byte {
            case UInt8(ascii: "{"):
                isInVariable = true
                PercentCoding.append(variables.popFirst() ?? "", plain: "/:@", to: &bytes)
            case UInt8(ascii: "}"): isInVariable = false
            default: if !isInVariable { bytes.append(byte) }
            }
        }
    }
}
