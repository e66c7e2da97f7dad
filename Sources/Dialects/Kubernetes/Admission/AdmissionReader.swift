package import Deployments
internal import JSON

/// Reads admission reviews, one at a time, into memory that it reuses.
package final class AdmissionReader {
    private let parser: JSONParser

    /// Most reviews are shorter by far, and a process has several readers.
    private static let keptBytes = 256 << 10

    /// - Parameter maximumBytes: the longest review that is read.
    package init(maximumBytes: Int) {
        parser = JSONParser(maximumBytes: maximumBytes, keptBytes: Self.keptBytes)
    }

    /// Reads a review, and lends what it asks for to `body`.
    ///
    /// - Parameters:
    ///   - time: when it came, for the records.
    /// - Throws: what is no review that can be answered.
    package func read<Result>(
        _ bytes: [UInt8],
        at time: Timestamp?,
        _ body: (AdmissionReview) -> Result
    ) throws(MalformedReview) -> Result {
        var outcome: Swift.Result<Result, MalformedReview> = .failure(MalformedReview("review", "it is empty"))
        unsafe bytes.withUnsafeBytes { bytes in
            do throws(JSONError) {
                outcome = try unsafe parser.withDocument(bytes) { root in
                    do throws(MalformedReview) {
                        return .success(body(try AdmissionReview(root, at: time)))
                    } catch {
                        return .failure(error)
                    }
                }
            } catch {
                outcome = .failure(MalformedReview(error))
            }
        }
        return try outcome.get()
    }
}
