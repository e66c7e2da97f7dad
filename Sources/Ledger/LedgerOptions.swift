/// How a ledger is opened.
package struct LedgerOptions: Sendable {
    /// What the ledger is opened for.
    package enum Access: Sendable {
        /// To remember what is found: makes the ledger where there is none, and lets no second process watch with it.
        case watching
        /// To say what became of findings, beside a process that watches.
        case editing
        /// To ask it.
        case reading
    }

    /// What a committed batch outlives; see https://www.sqlite.org/pragma.html#pragma_synchronous.
    package enum Durability: String, Sendable {
        /// A crash of the program and of the machine, and the loss of power.
        case full = "FULL"
        /// A crash of the program alone.
        case normal = "NORMAL"
    }

    /// What is looked at before a ledger is written to.
    package enum Check: Sendable, Equatable {
        /// The structure of a ledger of at most so many bytes; a larger one is opened unseen.
        case quick(upTo: Int)
        case none
    }

    package var access: Access
    package var durability: Durability = .full
    /// A quick check reads the whole file: about a second for each gigabyte that the system has in memory.
    package var check: Check = .quick(upTo: 1 << 30)
    /// How long another process's lock is waited for, in seconds.
    package var patience: Double = 5

    package init(_ access: Access = .watching) { self.access = access }
}
