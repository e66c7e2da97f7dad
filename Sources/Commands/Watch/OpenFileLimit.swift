#if Watch
    #if canImport(Glibc)
        internal import Glibc
    #else
        internal import Darwin
    #endif

    /// How many files may be open at once.
    enum OpenFileLimit {
        /// Takes all that the system allows without asking anybody.
        ///
        /// The usual 1,024 are for programs that use select(2). Every source keeps some hundred logs open, and every peer of
        /// a receiver is another one.
        static func raise() {
            var limit = rlimit()
            guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
            limit.rlim_cur = limit.rlim_max
            // Where that is refused, it stays as it is.
            _ = unsafe setrlimit(resource, &limit)
        }

        #if canImport(Glibc)
            private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            private static let resource = RLIMIT_NOFILE
        #endif
    }
#endif
