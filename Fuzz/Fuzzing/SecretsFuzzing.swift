import Deployments

/// Masking: whatever the text, masking what is masked changes nothing more.
enum SecretsFuzzing {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        let once = Secrets.mask(String(decoding: bytes, as: UTF8.self))
        precondition(Secrets.mask(once) == once, "\(once) is masked again")
    }
}
