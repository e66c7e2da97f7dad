#if Guard
    internal import CMalloc
    internal import Synchronization

    /// How the C library deals with the memory of a process that runs for long and is asked mostly small things.
    final class ProcessMemory: Sendable {
        /// How many large requests there were when free memory was last given back.
        private let known = Atomic<UInt64>(0)

        /// Lets large blocks go back to the system as soon as they are free.
        ///
        /// By default the first large block that is freed raises the threshold from which blocks are mapped by themselves
        /// (mallopt(3), `M_MMAP_THRESHOLD`), so that what a few reviews of some megabytes took would stay for good. What
        /// small requests free and take again stays: setting one threshold fixes the other, too, and by default low.
        static func givesBackLargeBlocks() { tw_malloc_give_back(1 << 20, 4 << 20) }

        /// Gives back what lies free between smaller blocks, if there were large requests since it was last done.
        ///
        /// - Parameter count: how many there were so far.
        func giveBack(afterLarge count: UInt64) {
            if known.exchange(count, ordering: .relaxed) != count { tw_malloc_trim() }
        }
    }
#endif
