#if Watch
    internal import Delivery

    extension DeliveryEvent {
        /// What people are told of it.
        var words: String {
            switch self {
            case .failed(let output, let error, let again): "\(output): \(error); tried again in \(Self.words(again))"
            case .recovered(let output): "\(output): goes on"
            case .dropped(let output, let count):
                "\(output): \(count) findings below high were passed over, since it is too far behind; they are in the ledger"
            case .refused(let output, let finding, let reason): "\(output): finding \(finding) was refused: \(reason)"
            case .refusedTogether(let output, let count, let reason):
                "\(output): \(count) findings are kept among the undelivered: \(reason)"
            case .warned(let output, let warning): "\(output): \(warning)"
            case .storeFailed(let output, let reason): "\(output): the ledger cannot be read: \(reason)"
            }
        }

        /// A length of time as people say it: nobody waits by the microsecond.
        private static func words(_ time: Duration) -> String {
            time < .seconds(1) ? "less than a second" : "\(time.components.seconds) s"
        }
    }
#endif
