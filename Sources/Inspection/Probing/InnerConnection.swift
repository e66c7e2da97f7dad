internal import Posture

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A connection of the calling thread to something that listens in the network namespace that the thread is in.
///
/// An address that is none of that namespace's own may be another machine's: nothing is sent there.
struct InnerConnection: Sendable {
    enum Outcome: Sendable, Equatable {
        case connected(Int32)
        /// The namespace's own answer, as where nothing listens any more.
        case failed(String)
        /// Nothing was tried, or nothing could be.
        case unreached(String)
    }

    var address: String
    var port: Int
    /// How long it may take.
    var milliseconds: Int32

    func make() -> Outcome {
        let own = LocalAddresses.current()
        var outcome = Outcome.unreached("\(address) is no address that is up in its network namespace")
        for candidate in candidates where own.contains(candidate) {
            outcome = connect(to: candidate)
            // What listens for IPv6 alone refuses the other.
            guard case .failed = outcome else { return outcome }
        }
        return outcome
    }

    private var candidates: [SocketAddressBytes] {
        let texts =
            switch address {
            case "0.0.0.0": ["127.0.0.1"]
            case "::": ["127.0.0.1", "::1"]
            default: [address]
            }
        return texts.compactMap(SocketAddressBytes.init(parsing:))
    }

    private func connect(to place: SocketAddressBytes) -> Outcome {
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let opened = socket(place.family, kind, 0)
            guard opened >= 0 else { return .unreached(ErrorText.words(errno)) }
            let problem =
                (try? unsafe place.withAddress(port: port) { address, length in
                    unsafe systemConnect(opened, address, length) == 0 ? 0 : errno
                }) ?? EINVAL
            let result = problem == EINPROGRESS ? wait(for: opened) : problem
            if result == 0 { return .connected(opened) }
            close(opened)
            switch result {
            case ECONNREFUSED: return .failed("Connection refused")
            case ETIMEDOUT: return .failed("Connect timeout")
            case let result: return .unreached("\(address) cannot be reached in there: \(ErrorText.words(result))")
            }
        #else
            return .unreached("there are no network namespaces")
        #endif
    }

    /// What became of a connection, as an error's number; 0 is none.
    private func wait(for socket: Int32) -> Int32 {
        var state = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        switch unsafe poll(&state, 1, milliseconds) {
        case 0: return ETIMEDOUT
        case 1: break
        default: return errno
        }
        var problem: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &length) == 0 else { return errno }
        return problem
    }
}

/// connect(2): the struct has functions of that name itself.
private func systemConnect(_ socket: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    unsafe connect(socket, address, length)
}
