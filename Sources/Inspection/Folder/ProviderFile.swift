package import Posture

/// A file of what a cloud says of a cluster that it runs.
package enum ProviderFile {
    private static let maximumBytes = 16 << 20

    /// Reads one; what cannot be read is unreadable, with the reason.
    package static func read(_ file: String) -> Reading<ProviderEndpoint> {
        do throws(SmallFile.Failure) {
            return endpoint(try SmallFile.read(file, limit: maximumBytes), file: file)
        } catch {
            return .unreadable("\(file): \(error.description)")
        }
    }

    static func endpoint(_ bytes: [UInt8], file: String) -> Reading<ProviderEndpoint> {
        do throws(DocumentError) {
            return ProviderEndpoint(try Document(json: bytes)).map { .known($0) }
                ?? .unreadable(
                    "\(file): it is not what 'aws eks describe-cluster', 'gcloud container clusters describe --format json' "
                        + "or 'az aks show' prints"
                )
        } catch {
            return .unreadable("\(file): \(error.description)")
        }
    }
}
