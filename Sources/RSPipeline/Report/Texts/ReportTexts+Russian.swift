extension ReportTexts {
    static let russian = """
        language = ru
        number_group = space
        number_point = comma
        percent = {number}\u{A0}%
        date = {day} {month} {year}\u{A0}г.
        month_1 = января
        month_2 = февраля
        month_3 = марта
        month_4 = апреля
        month_5 = мая
        month_6 = июня
        month_7 = июля
        month_8 = августа
        month_9 = сентября
        month_10 = октября
        month_11 = ноября
        month_12 = декабря
        hectares = {number}\u{A0}га
        ha = га
        quantity = {number}\u{A0}{unit}
        kilometres = {number}\u{A0}км
        metres = {number}\u{A0}м
        margin = ±\u{A0}{number}
        interval = от {low} до {high}
        depth = {top}\u{2013}{bottom} см
        arrow = С
        north = с.\u{A0}ш.
        east = в.\u{A0}д.
        south = ю.\u{A0}ш.
        west = з.\u{A0}д.
        unit dS/m = дСм/м
        unit meq/100g = мг-экв/100 г

        # Заголовок
        kicker_salinity = Оценка засоления почв
        kicker_index = Карта индекса без калибровки
        title_salinity = Засоление почв: {place}
        title_index = Индекс {index} по классам: {place}
        subtitle_scene = {sensor}, {date}
        subtitle_property = {property}, {unit}
        subtitle_property_depth = {property}, {unit}, слой почвы {depth}
        notice_index = На карте показаны классы спектрального индекса. Индекс не откалиброван по полевым пробам: высокие значения могут означать соль, но также сухой песок или застройку. О степени засоления почвы карта ничего не говорит.

        # Главное
        affected_label = засолённых земель: {property} от {bound}
        affected_interval = 95-процентный интервал: {interval}
        affected_counted = по числу пикселей карты, без полевой проверки
        affected_share = {share} от оценённой площади ({assessed})
        affected_share_estimated = {share} от оценённой площади ({assessed}); по числу пикселей карты: {counted}
        top_class_label = в высшем классе индекса {index}
        top_class_share = {share} от оценённой площади ({assessed})
        card_assessed = Оценено
        card_assessed_note = {share} от {whole}
        card_accuracy = Точность карты
        card_accuracy_note = {margin}, проверено точек: {places}
        card_accuracy_none = не проверена
        card_accuracy_none_note = контрольных точек нет
        card_error = Ошибка модели
        card_error_note = RMSE по пробам, которых модель не видела (n\u{A0}=\u{A0}{count})
        card_error_none = неизвестна
        card_error_none_note = перекрёстной проверки не было
        card_plots = Участки
        card_plots_note = со значением: {assessed}
        card_cloud = Облачность
        card_cloud_note = снимка

        # Карта
        map_title = Карта
        map_alt = Карта классов с границами районов и участков
        legend_none = не оценено
        legend_district = район
        legend_plot = участок
        legend_worst = участок из таблицы наибольших средних, с номером
        map_note = {crs}. Масштаб и направление на север верны для центра карты.
        map_many_plots = Показаны границы только участков из таблицы.

        # Площади
        areas_title = Площади по классам
        class = Класс
        range = Пределы
        range_unit = Пределы, {unit}
        range_below = менее {upper}
        range_between = от {lower} до {upper}
        range_from = {lower} и более
        range_all = все значения
        mapped = По карте
        share = Доля
        estimated = Оценка
        interval_head = 95-процентный интервал
        excess = Карта минус оценка
        whole = Вся карта
        outside_districts = Вне районов
        areas_estimated = Графа «Оценка» исправляет карту по контрольным точкам, проверенным в поле (всего {places}; стратифицированная оценка, Olofsson et al. 2014). Она верна, если точки выбраны случайно, внутри каждого класса карты или по всей карте; тогда пользуйтесь этими площадями, а не числом пикселей.
        areas_excess = По этой оценке подсчёт пикселей ошибается на {over} для класса «{most}» и на {under} для класса «{least}».
        areas_shrinkage = Из различия между двумя пробами, которых модель не видела, предсказания показывают в среднем {share}: высокие значения выходят слишком низкими, низкие — слишком высокими, поэтому подсчёт занижает площади низших и высших классов и завышает площади средних.
        areas_counted = Площади получены подсчётом пикселей карты. Независимых контрольных точек нет, поэтому интервалы неизвестны, а сами площади смещены: если карта чаще ошибается в одну сторону, одного класса на ней больше, а другого меньше, чем на местности.
        areas_counted_index = Площади получены подсчётом пикселей, индекс которых лежит в пределах класса.
        areas_counted_model = Насколько подсчёт может ошибаться, видно по пробам: из {count} проб, которых модель не видела, она относит к высшему из встреченных в пробах классов («{class}») {predicted}; в поле к нему относятся {observed}.
        not_known = неизвестно

        # Районы
        districts_title = Площади по районам
        district = Район
        assessed = Оценено
        affected = Засолено
        affected_share_head = Доля засолённых
        classes_head = Классы
        districts_note_estimated = По числу пикселей карты: на ней {counted} засолённых земель, а по оценке их {estimated}. Сравнивайте районы по этим площадям, а общую берите из таблицы выше. Полосы показывают доли оценённой площади района.
        districts_note = По числу пикселей карты. Полосы показывают доли оценённой площади района.

        # Участки
        plots_title = Участки с наибольшими средними
        plot = Участок
        area = Площадь
        mean_unit = Среднее, {unit}
        mean = Среднее
        plots_note = Участки с наибольшими средними: {shown} из {count} (со значением: {assessed}).
        plots_table = Все участки: {table}.

        # Точность
        accuracy_title = Точность
        accuracy_overall = Класс верен на {share} площади ({margin}): так показали контрольные точки, проверенные в поле и не использованные для карты (всего {places}).
        accuracy_none = Кроме проб, по которым построена модель, на местности ничего не проверено, поэтому точность карты и интервалы площадей неизвестны. Нужно не менее {places} случайных точек в каждом классе.
        accuracy_index = Без полевых проб о точности классов ничего сказать нельзя.
        scatter_title = Поле и прогноз
        scatter_x = В поле, {unit}
        scatter_y = Прогноз, {unit}
        scatter_note = Каждая проба (всего {count}) предсказана моделью, которая её не видела. На пунктирной линии прогноз равен измерению.
        metrics_title = Согласие с пробами
        metric = Показатель
        fit = По обучению
        cross_validated = По перекрёстной проверке
        metrics_note = О новых местах говорят только показатели перекрёстной проверки ({scheme}). Показатели обучения завышены.
        metrics_note_none = Перекрёстной проверки не было: показатели завышены.
        metric_count = Число проб, n
        metric_efficiency = R² (эффективность модели)
        metric_squared_correlation = r² (квадрат корреляции)
        metric_rmse = RMSE, {unit}
        metric_mae = Средняя абсолютная ошибка, {unit}
        metric_bias = Смещение, {unit}
        metric_rpd = RPD
        metric_rpiq = RPIQ
        metric_ccc = Конкордация (CCC)
        matrix_title = Контрольные точки
        matrix_note = Строки: класс на карте. Столбцы: класс в поле.
        matrix_few = В классе «{class}» проверено менее {least} точек: его интервалы приблизительны.
        matrix_single = В классе «{class}» проверена одна точка: интервалы указать нельзя.
        matrix_not_found = Класс «{class}» не встретился ни в одной точке: его может быть мало, а не нисколько.
        matrix_corner = Карта \\ поле
        users = Верно на карте
        producers = Найдено картой
        counts_title = Как подсчёт искажает классы
        counts_note = Пробы по классам в поле и по прогнозу перекрёстной проверки. Регрессия сдвигает высокие и низкие значения к середине, и подсчёт пикселей занижает крайние классы.
        counts_observed = В поле
        counts_predicted = Прогноз

        # Гистограмма
        histogram_title = Распределение значений
        histogram_x = {name}, {unit}
        histogram_x_plain = {name}
        histogram_y = Площадь, га
        histogram_note = Медиана {median}, среднее {mean}.
        histogram_above = Выше {value}, не показано: {area}.

        # Не оценено
        excluded_title = Земли без оценки
        excluded_none = Оценена вся площадь.
        reason = Причина
        reason cloud = облака, в том числе перистые
        reason shadow = тени облаков
        reason fill = нет данных в снимке
        reason saturated = насыщение датчика
        reason masked_other = исключено маской (вода, снег, вне территории)
        reason gated = почва скрыта растениями или водой
        reason extrapolated = за пределами значений проб
        reason undefined_result = формула не даёт значения
        reason outside = вне снимка

        # Метод
        method_title = Метод
        step read = Снимок прочитан в исходном виде и откалиброван по его метаданным.
        step toa = Отражение на верхней границе атмосферы.
        step surface = Отражение у поверхности с поправкой за атмосферу.
        step topo = Поправка за освещение склонов по модели рельефа.
        step brdf = Отражение приведено к взгляду в надир.
        step bandpass = Каналы приведены к каналам другого датчика.
        step clamp = Отражения вне пределов от 0 до 1 сдвинуты к пределу.
        step mask = Исключены облака, их тени и другие негодные пиксели.
        step clip = Вырезана территория.
        step regrid = Приведено к другой сетке.
        step index = Вычислены спектральные индексы.
        step expr = Вычислена формула.
        step gate = Оставлена только открытая почва: где её скрывают растения или вода, ничего не утверждается.
        step model = Свойство почвы предсказано по индексам и каналам.
        step composite = Объединены снимки нескольких дат: пиксель получает одно значение из значений его безоблачных дат.
        step classify = Значения разделены на классы.
        step zonal = Площади просуммированы по участкам и районам, пиксели на границе по их доле.
        step write = Карты записаны.
        model_title = Модель
        model_method = Способ
        model_formula = Уравнение
        model_citation = Опубликовано
        model_scheme = Перекрёстная проверка
        method ols = линейная регрессия
        method ridge = гребневая регрессия
        method pls = частичные наименьшие квадраты
        method boosted-trees = бустинг деревьев
        method random-forest = случайный лес
        method published = опубликованное уравнение
        scheme loo = исключение проб по одной
        scheme group=field = исключение полей по одному
        predictor = Переменная
        predictor_range = Пределы в пробах
        coefficient = Коэффициент
        constants_title = Постоянные
        name = Имя
        value = Значение
        classes_source = Классы: {scheme}. {source}
        class usda 1 = не\u{AD}засолённые
        class usda 2 = слабо\u{AD}засолённые
        class usda 3 = средне\u{AD}засолённые
        class usda 4 = сильно\u{AD}засолённые
        class usda 5 = очень сильно засолённые

        # Ограничения
        limits_title = Ограничения
        limit_index = Классы индекса не являются классами засоления.
        limit_date = Карта показывает один день ({date}). Дождь, обработка почвы и посевы меняют видимое.
        limit_dates = Число снимков, по которым построена карта: {count}. Дождь, обработка почвы и посевы меняют видимое день ото дня.
        limit_surface = Спутник видит поверхность почвы. Значения относятся к глубине отбора проб ({depth}) лишь настолько, насколько поверхность и глубина связаны.
        limit_gated = Где почву скрывают растения или вода ({area}), ничего не утверждается.
        limit_gated_salt = Там тоже могут быть засолённые земли.
        limit_extrapolated = На площади {area} снимок выходит за пределы значений проб. Там значений нет; нужны новые пробы.
        limit_cloud = Облака закрывают {area}.
        limit_shadow = Тени облаков закрывают {area}.
        limit_cloud_shadow = Облака закрывают {cloud}, их тени {shadow}.
        limit_plants = Земли под растениями не исключены. Там значения судят о соли по состоянию растений, а его меняют и нехватка воды, и болезни, и уборка урожая.
        limit_weak = Модель объясняет {share} изменчивости проб, которых не видела. Отдельный участок может ошибаться на класс и больше; суммы по районам надёжнее.
        limit_useless = На пробах, которых модель не видела, она не лучше их среднего (R² {value}). Для решений карта непригодна.
        limit_samples = Пробы модели взяты за срок до {days} дней до или после снимка, по которому она построена. За это время соли перемещаются.
        limit_samples_undated = Дни отбора проб модели не указаны: они могут относиться к другому времени, чем снимок.
        limit_published = Уравнение опубликовано для других почв. Без местных проб его ошибка здесь неизвестна.
        limit_counts = Площади получены подсчётом пикселей и смещены; см. «Площади по классам».

        # Происхождение
        warnings_title = Замечания программы
        notes_title = Примечания
        provenance_title = Происхождение
        provenance_scene = Снимок
        provenance_chain = Цепочка
        provenance_software = Программа
        provenance_libraries = Библиотеки
        file = Файл
        size = Байты
        checksum = Контрольная сумма
        footer = Все числа этой страницы содержатся в assessment.json.
        """
}
