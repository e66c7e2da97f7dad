internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import Posture

/// Asks servers at Unix sockets for whole documents.
struct WholeAnswers: Sendable {
    private let http: HTTPClient

    private static let patience = TimeAmount.seconds(10)
    /// For the question whether anybody is there.
    private static let firstPatience = TimeAmount.seconds(2)
    private static let maximumBytes = 32 << 20

    static func connected<Result>(_ body: (WholeAnswers) async throws -> Result) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(connect: .seconds(1), read: patience)
        configuration.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: configuration) {
            try await body(WholeAnswers(http: $0))
        }
    }

    /// The JSON that the server at a socket answers with; absent where it says 404, or nothing listens there.
    func document(at socket: String, _ target: String) async -> Reading<Document> {
        guard FileManager.default.fileExists(atPath: socket) else { return .absent }
        do {
            let response = try await http.execute(Self.request(socket, target), timeout: Self.patience)
            var bytes: [UInt8] = []
            for try await part in response.body {
                guard bytes.count + part.readableBytes <= Self.maximumBytes else {
                    return .unreadable("\(socket): the answer to \(target) is larger than \(Self.maximumBytes) bytes")
                }
                bytes += part.readableBytesView
            }
            if response.status == .notFound { return .absent }
            guard response.status == .ok else {
                return .unreadable("\(socket) answers \(response.status.code) to \(target)")
            }
            return .known(try Document(json: bytes))
        } catch let error as DocumentError {
            return .unreadable("\(socket): the answer to \(target): \(error)")
        } catch let error as HTTPClientError {
            return .unreadable("\(socket): \(error.shortDescription)")
        } catch {
            return .unreadable("\(socket): \(error)")
        }
    }

    /// Why a server at a socket says nothing in time; nil where it says anything, or where there is none.
    func silence(at socket: String, _ target: String) async -> String? {
        guard FileManager.default.fileExists(atPath: socket) else { return nil }
        do {
            _ = try await http.execute(Self.request(socket, target), timeout: Self.firstPatience)
            return nil
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            return "\(socket): \(error.shortDescription)"
        } catch {
            return nil
        }
    }

    private static func request(_ socket: String, _ target: String) -> HTTPClientRequest {
        let url = URL(httpURLWithSocketPath: socket, uri: target)
        var request = HTTPClientRequest(url: url?.absoluteString ?? "")
        request.headers.add(name: "host", value: "docker")
        request.headers.add(name: "user-agent", value: "tidewaiter-audit")
        return request
    }
}
