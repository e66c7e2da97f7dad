/// A packet filter's rules in one form, whichever program printed them.
///
/// What happens to a packet follows Linux' netfilter: nft(8), iptables-extensions(8).
struct Ruleset: Sendable {
    var tables: [Table] = []
    /// What keeps it from being all there is: part of the rules was not collected, or could not be read.
    var gaps: [String] = []

    /// A table of nft, or one of iptables' five.
    struct Table: Sendable {
        enum Family: String, Sendable { case ip, ip6, inet, arp, bridge, netdev }
        var family: Family
        var name: String
        var chains: [String: Chain] = [:]
        /// Whether rules of it are those of iptables' compatible programs that nft prints without what they say.
        var isOpaque = false
    }

    struct Chain: Sendable {
        var rules: [Rule] = []
        var base: Base?
    }

    /// Where the kernel enters a chain.
    struct Base: Sendable, Equatable {
        enum Hook: String, Sendable { case ingress, prerouting, input, forward, output, postrouting }
        var hook: Hook
        var priority: Int
        var isNAT: Bool
        /// What happens to packets that its rules leave undecided.
        var isDropping: Bool
    }

    struct Rule: Sendable {
        var steps: [Step]
        /// As its program prints it, for people.
        var text: String
    }

    /// A part of a rule; they are taken in order, and a condition that is not met ends the rule.
    enum Step: Sendable {
        case condition(Condition)
        /// One whose outcome nobody can tell from here.
        case unknowable
        /// One that is never met by a TCP connection that begins.
        case never
        /// Met up to a rate, which the first packets always are; an attacker's further ones may not be.
        case rate
        case verdict(Verdict)
        /// A verdict by what is looked up: that of the first element that holds.
        case map([Field], [(key: [Values], verdict: Verdict)], isPartial: Bool)
        /// The packet's mark, or the connection's, gets `mark & ~clear ^ flip`; nil where nobody can tell what it gets.
        case mark(isConnection: Bool, clear: UInt32, flip: UInt32)
        case unknownMark(isConnection: Bool)
        /// The connection's mark is given to the packet, or the other way round.
        case copyMark(toPacket: Bool)
        case untrack
        /// The connection goes to another address or port: to any of these.
        case translate(to: [Translation])
    }

    struct Translation: Sendable, Equatable {
        enum Address: Sendable, Equatable {
            case kept
            case this
            case other(IPAddress)
            case unknown
        }
        var address: Address
        var ports: Ports

        enum Ports: Sendable, Equatable {
            case kept
            case one(UInt16)
            case unknown
        }
    }

    enum Verdict: Sendable, Equatable {
        case accept
        case drop
        case `return`
        case `continue`
        case jump(String)
        case goto(String)
        /// Another program, or something that is not known here, decides.
        case unknown
    }

    /// What a condition looks at.
    enum Field: Sendable, Hashable {
        case source(IPAddress.Family)
        case destination(IPAddress.Family)
        /// As they were before any translation.
        case originalSource(IPAddress.Family)
        case originalDestination(IPAddress.Family)
        case sourcePort
        case destinationPort
        case originalDestinationPort
        case inputInterface
        case outputInterface
        /// The number of the transport's protocol: 6.
        case transport
        /// 4 or 6.
        case version
        case connectionState
        case connectionStatus
        /// 0 for the one who began, 1 for the one who answers.
        case direction
        case mark(mask: UInt32)
        case connectionMark(mask: UInt32)
        case tcpFlags(mask: UInt8)
        /// What kind of address the destination is: `local`, `unicast`.
        case destinationType
        case sourceType
        /// 1 where answers would leave by the interface that the packet came by.
        case returnRoute
        /// What packets of TCP do not have.
        case absent
        case unknown
    }

    /// A condition: whether what is looked at is one of some rows.
    struct Condition: Sendable {
        var fields: [Field]
        var rows: [[Values]]
        var isNegated = false
    }

    /// What a field is compared with.
    struct Values: Sendable {
        var numbers = NumberSet.none
        /// In lower case but for interfaces.
        var names: Set<String> = []
        /// Interfaces' names that begin so: `cali` of `cali+`.
        var prefixes: [String] = []
        /// Whether there are more than could be read.
        var isPartial = false
        /// Whether it is whatever there is.
        var isAll = false

        init() {}
        init(_ numbers: NumberSet) { self.numbers = numbers }
        init(names: Set<String>) { self.names = names }

        mutating func add(_ other: Values) {
            numbers = numbers.union(other.numbers)
            names.formUnion(other.names)
            prefixes += other.prefixes
            isPartial = isPartial || other.isPartial
        }
    }
}
