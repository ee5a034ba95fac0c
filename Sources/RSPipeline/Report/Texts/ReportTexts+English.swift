extension ReportTexts {
    /// English; the keys and placeholders that every catalogue must have.
    static let english = """
        language = en
        number_group = comma
        number_point = point
        percent = {number}%
        date = {day} {month} {year}
        month_1 = January
        month_2 = February
        month_3 = March
        month_4 = April
        month_5 = May
        month_6 = June
        month_7 = July
        month_8 = August
        month_9 = September
        month_10 = October
        month_11 = November
        month_12 = December
        hectares = {number}\u{A0}ha
        ha = ha
        quantity = {number}\u{A0}{unit}
        kilometres = {number}\u{A0}km
        metres = {number}\u{A0}m
        margin = ±\u{A0}{number}
        interval = {low} to {high}
        depth = {top}\u{2013}{bottom} cm
        arrow = N
        north = N
        east = E
        south = S
        west = W

        # Head
        kicker_salinity = Soil salinity assessment
        kicker_index = Index map, not calibrated
        title_salinity = Soil salinity, {place}
        title_index = {index} in classes, {place}
        subtitle_scene = {sensor}, {date}
        subtitle_property = {property} in {unit}
        subtitle_property_depth = {property} in {unit}, soil depth {depth}
        notice_index = This map shows classes of an index of reflectance. It is not calibrated with field samples: high values can be salt, but also dry, sandy or built-up ground. It says nothing about how saline the soil is.

        # Headline
        affected_label = salt-affected land: {property} from {bound}
        affected_interval = 95% interval {interval}
        affected_counted = counted on the map, not checked in the field
        affected_share = {share} of the {assessed} that could be assessed
        affected_share_estimated = {share} of the {assessed} that could be assessed; counted on the map: {counted}
        top_class_label = in the highest class of {index}
        top_class_share = {share} of the {assessed} that could be assessed
        card_assessed = Assessed
        card_assessed_note = {share} of {whole}
        card_accuracy = Map accuracy
        card_accuracy_note = {margin}, checked at {places} places
        card_accuracy_none = not checked
        card_accuracy_none_note = no validation places were given
        card_error = Model error
        card_error_note = RMSE at samples the model had not seen (n\u{A0}=\u{A0}{count})
        card_error_none = not known
        card_error_none_note = the model was not cross-validated
        card_plots = Plots
        card_plots_note = {assessed} with a value
        card_cloud = Cloud
        card_cloud_note = of the scene

        # Map
        map_title = Map
        map_alt = Map of the classes with the outlines of districts and plots
        legend_none = not assessed
        legend_district = district
        legend_plot = plot
        legend_worst = plot of the table of highest means, with its rank
        map_note = {crs}. Scale and north hold at the centre.
        map_many_plots = Only the plots of the table are outlined.

        # Areas
        areas_title = Hectares by class
        class = Class
        range = Range
        range_unit = Range, {unit}
        range_below = below {upper}
        range_between = {lower} to below {upper}
        range_from = {lower} and more
        range_all = all values
        mapped = On the map
        share = Share
        estimated = Estimated
        interval_head = 95% interval
        excess = Map less estimate
        whole = Whole map
        outside_districts = Elsewhere
        areas_estimated = "Estimated" corrects the map with {places} places that were checked in the field (stratified estimator, Olofsson et al. 2014). It holds where the places were drawn at random, within each class of the map or all over it; then use these hectares, not the counts of the map.
        areas_excess = By this estimate counting pixels is off by {over} for "{most}" and by {under} for "{least}".
        areas_shrinkage = Of a difference between two samples that the model had not seen, its predictions show {share} on average: high values come out too low and low ones too high, so counting gives too little of the lowest and the highest classes and too much between them.
        areas_counted = These hectares are counts of map pixels. No independent places were checked, so they have no interval, and they are biased: a map that errs more to one side than to the other shows too much of one class and too little of another.
        areas_counted_index = These hectares are counts of map pixels whose index lies in the range of the class.
        areas_counted_model = How far counting may be off shows at the samples: of {count} samples the model had not seen it puts {predicted} into the highest class in which samples were found, "{class}"; in the field {observed} were of it.
        not_known = not known

        # Districts
        districts_title = Hectares by district
        district = District
        assessed = Assessed
        affected = Salt-affected
        affected_share_head = Salt-affected share
        classes_head = Classes
        districts_note_estimated = Counted on the map, which shows {counted} of salt-affected land where {estimated} are estimated: compare districts by these hectares, and take the whole from above. Bars show shares of the assessed land of each district.
        districts_note = Counted on the map. Bars show shares of the assessed land of each district.

        # Plots
        plots_title = Plots with the highest means
        plot = Plot
        area = Area
        mean_unit = Mean, {unit}
        mean = Mean
        plots_note = The {shown} plots with the highest means, of {count} plots ({assessed} with a value).
        plots_table = All plots are in {table}.

        # Accuracy
        accuracy_title = How accurate it is
        accuracy_overall = Of the area, {share} has the right class ({margin}), as found at {places} places that were checked in the field and not used for the map.
        accuracy_none = No places were checked in the field apart from the samples of the model, so the accuracy of the map and intervals of its hectares are not known. At least {places} random places within each class are needed.
        accuracy_index = Without field samples nothing can be said about how accurate the classes are.
        scatter_title = Field and prediction
        scatter_x = In the field, {unit}
        scatter_y = Predicted, {unit}
        scatter_note = Each of {count} samples as predicted by a model that had not seen it. On the dashed line prediction and field agree.
        metrics_title = Agreement with samples
        metric = Measure
        fit = Fitted
        cross_validated = Cross-validated
        metrics_note = Only the cross-validated figures ({scheme}) say how the model does at new places. Fitted figures flatter.
        metrics_note_none = The model was not cross-validated: these figures flatter.
        metric_count = Samples, n
        metric_efficiency = R² (model efficiency)
        metric_squared_correlation = r² (squared correlation)
        metric_rmse = RMSE, {unit}
        metric_mae = Mean absolute error, {unit}
        metric_bias = Bias, {unit}
        metric_rpd = RPD
        metric_rpiq = RPIQ
        metric_ccc = Concordance (CCC)
        matrix_title = Checked places
        matrix_note = Rows: class on the map. Columns: class in the field.
        matrix_few = Of "{class}" fewer than {least} places were checked: its intervals are rough.
        matrix_single = Of "{class}" a single place was checked: no interval can be given.
        matrix_not_found = "{class}" was found at no place: there may be little of it rather than none.
        matrix_corner = Map \\ field
        users = Right on the map
        producers = Found by the map
        counts_title = What counting does to the classes
        counts_note = Samples by class in the field and by cross-validated prediction. A regression moves high and low values towards the middle; counting pixels then gives too little of the extremes.
        counts_observed = In the field
        counts_predicted = Predicted

        # Histogram
        histogram_title = Distribution of values
        histogram_x = {name}, {unit}
        histogram_x_plain = {name}
        histogram_y = Land, ha
        histogram_note = Median {median}, mean {mean}.
        histogram_above = {area} lie above {value} and are not drawn.

        # Not assessed
        excluded_title = Land that was not assessed
        excluded_none = All land could be assessed.
        reason = Reason
        reason cloud = cloud or cirrus
        reason shadow = shadow of clouds
        reason fill = no data in the scene
        reason saturated = detector saturated
        reason masked_other = masked (water, snow, outside the area)
        reason gated = soil hidden by plants or water
        reason extrapolated = beyond the range of the samples
        reason undefined_result = no result of the formula
        reason outside = outside the scene

        # Method
        method_title = Method
        step read = Scene read as delivered, calibrated with the constants of its metadata.
        step toa = Reflectance at the top of the atmosphere.
        step surface = Reflectance at the ground, the atmosphere corrected.
        step topo = Light on slopes corrected with a terrain model.
        step brdf = Reflectance brought to one view from straight above.
        step bandpass = Bands adjusted to those of another sensor.
        step clamp = Reflectances beyond 0 to 1 moved to the limit.
        step mask = Clouds, their shadows and other unusable pixels taken out.
        step clip = Cut to the area.
        step regrid = Brought to another grid.
        step index = Indices of reflectance computed.
        step expr = A formula computed.
        step gate = Only bare soil kept: where plants or water hide it, nothing is said.
        step model = The property of the soil predicted from indices and bands.
        step composite = Several dates joined: every pixel gets one number of those that its clear dates have.
        step classify = Values put into classes.
        step zonal = Hectares summed by plot and district, each pixel by the part that lies within.
        step write = Maps written.
        model_title = Model
        model_method = Method
        model_formula = Equation
        model_citation = Published by
        model_scheme = Cross-validation
        method ols = linear regression
        method ridge = ridge regression
        method pls = partial least squares
        method boosted-trees = boosted trees
        method random-forest = random forest
        method published = published equation
        scheme loo = leave one sample out
        scheme group=field = leave one field out
        predictor = Predictor
        predictor_range = Range among the samples
        coefficient = Coefficient
        constants_title = Constants
        name = Name
        value = Value
        classes_source = Classes: {scheme}. {source}

        # Limits
        limits_title = Limits
        limit_index = Classes of an index are not classes of salinity.
        limit_date = The map shows one day, {date}. Rain, tillage and crops change what is seen.
        limit_dates = The map was made from {count} scenes. Rain, tillage and crops change what is seen from one day to another.
        limit_surface = A satellite sees the surface of the soil. Values stand for the depth of the samples ({depth}) only as far as surface and depth go together.
        limit_gated = Where plants or water hide the soil ({area}) nothing is said.
        limit_gated_salt = Salt-affected land may be among it.
        limit_extrapolated = On {area} the scene lies beyond what the samples cover. No value is given there; more samples are needed.
        limit_cloud = Clouds hide {area}.
        limit_shadow = Shadows of clouds hide {area}.
        limit_cloud_shadow = Clouds hide {cloud} and their shadows {shadow}.
        limit_plants = Land under plants was not taken out. There the values rest on how the plants stand, which want of water, disease and harvest change as salt does.
        limit_weak = The model explains {share} of the variation among samples it had not seen. A single plot can be wrong by a class or more; sums over districts are more certain.
        limit_useless = At samples it had not seen the model is no better than their mean (R² {value}). The map must not be used for decisions.
        limit_samples = Samples of the model were taken up to {days} days before or after the scene it was calibrated with. Salt moves in that time.
        limit_samples_undated = Nobody has said on which days the samples of the model were taken, so they may be of another time than the scene.
        limit_published = The equation was published for other soils. Without local samples its errors here are not known.
        limit_counts = Hectares are counts of map pixels and biased; see "Hectares by class".

        # Provenance
        warnings_title = Notices of the software
        notes_title = Remarks
        provenance_title = Provenance
        provenance_scene = Scene
        provenance_chain = Chain
        provenance_software = Software
        provenance_libraries = Libraries
        file = File
        size = Bytes
        checksum = Checksum
        footer = Every number of this page is in assessment.json.
        """
}
