#if Guard
    #if canImport(Glibc)
        internal import Glibc
    #else
        internal import Darwin
    #endif
    internal import Relay

    /// The directories that the guard's usual sockets stand in, which nobody else makes.
    enum SocketDirectory {
        /// Makes the directory of a usual socket where it is missing, for its owner alone to write; of others' none, since a
        /// path with a slip of the pen had better be an error.
        static func make(for address: RelayAddress) {
            guard case .unix(let path) = address,
                [ListeningOptions.proxySocket, ListeningOptions.pluginSocket].contains(path)
            else { return }
            var directory = ""
            for part in path.split(separator: "/").dropLast() {
                directory += "/\(part)"
                // What cannot be made is told by whoever listens there.
                _ = unsafe mkdir(directory, 0o755)
            }
        }
    }
#endif
