internal import RSPipeline

/// Reads the trees out of XGBoost's JSON (its "Introduction to Model IO", schema of version 1.7).
enum XGBoostModel {
    /// Reads an ensemble.
    ///
    /// Nodes are put in an order in which each stands after its parent.
    ///
    /// - Throws: ``SceneError`` for anything but trees of one number.
    static func ensemble(_ bytes: [UInt8], predictors: Int) throws(SceneError) -> TreeEnsemble {
        guard let learner = try JSONReader.read(bytes, path: "XGBoost's model")["learner"],
            let base = learner["learner_model_param"]?["base_score"]?.text.flatMap(Float.init),
            case .array(let listed)? = learner["gradient_booster"]?["model"]?["trees"],
            let ensemble = TreeEnsemble(base: base, trees: listed.compactMap(tree), predictors: predictors),
            ensemble.trees.count == listed.count
        else {
            throw SceneError(
                code: .badMetadata, message: "XGBoost has made trees that are not understood; versions 1.7 to 2.1 are")
        }
        return ensemble
    }

    private static func tree(_ value: JSONValue) -> TreeEnsemble.Tree? {
        guard let left = numbers(value["left_children"]), let right = numbers(value["right_children"]),
            let predictor = numbers(value["split_indices"]), let condition = numbers(value["split_conditions"]),
            Set([left.count, right.count, predictor.count, condition.count]).count == 1
        else { return nil }
        var order = [0]
        var nodes: TreeEnsemble.Tree = []
        while nodes.count < order.count {
            let node = order[nodes.count]
            guard left.indices.contains(node), order.count <= left.count, let first = Int(exactly: left[node]),
                let second = Int(exactly: right[node]), let asked = Int(exactly: predictor[node])
            else { return nil }
            if first == -1 {
                nodes.append(.leaf(Float(condition[node])))
            } else {
                nodes.append(
                    .split(
                        TreeEnsemble.Split(
                            predictor: asked, threshold: Float(condition[node]), left: order.count,
                            right: order.count + 1)))
                order += [first, second]
            }
        }
        return nodes
    }

    private static func numbers(_ value: JSONValue?) -> [Double]? {
        guard case .array(let values)? = value else { return nil }
        let numbers = values.compactMap { value -> Double? in
            switch value {
            case .integer(let number): Double(number)
            case .number(let number): number
            default: nil
            }
        }
        return numbers.count == values.count ? numbers : nil
    }
}
