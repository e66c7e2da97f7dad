#if Guard
    internal import CMemory
    internal import Synchronization

    /// How a process that runs for long, and is asked mostly small things, deals with its memory.
    final class ProcessMemory: Sendable {
        /// How many large requests there were when free memory was last given back.
        private let known = Atomic<UInt64>(0)

        /// Lets large blocks go back to the system as soon as they are free.
        ///
        /// By default the first large block that is freed raises the threshold from which blocks are mapped by themselves
        /// (mallopt(3), `M_MMAP_THRESHOLD`), so that what a few reviews of some megabytes took would stay for good. What
        /// small requests free and take again stays: setting one threshold fixes the other, too, and by default low.
        ///
        /// - Parameter kept: how many free bytes stay at an arena's end.
        static func givesBackLargeBlocks(keeping kept: Int32 = 4 << 20) { tw_malloc_give_back(1 << 20, kept) }

        /// Has all threads share one arena; to be called before there is a second, which would begin one of its own.
        ///
        /// For work that goes from thread to thread: what one frees, another takes again. Watching two million records
        /// takes 17 MB less so, and a tenth less of a processor's time.
        static func sharesBlocks() { tw_malloc_share(1) }

        /// Lets go of code that only the start needed: compiled rules, read configuration.
        ///
        /// The kernel maps code in runs of sixteen pages, so that after its start most of a program of one file is
        /// resident; what is run again comes back.
        static func forgetsStart() { tw_code_let_go() }

        /// Gives back what lies free between smaller blocks, if there were large requests since it was last done.
        ///
        /// - Parameter count: how many there were so far.
        func giveBack(afterLarge count: UInt64) {
            if known.exchange(count, ordering: .relaxed) != count { tw_malloc_trim() }
        }
    }
#endif
