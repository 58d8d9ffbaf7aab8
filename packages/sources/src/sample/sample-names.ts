/** A name, and how it is spelled in an account's name where that differs by more than diacritics. */
export type SampleName = string | { readonly name: string; readonly latin: string };

/** Names that go together, and the language their bearers prefer. */
export interface NameStock {
  readonly language: string;
  readonly given: readonly SampleName[];
  readonly surname: readonly SampleName[];
  /** Whether the family name stands first. */
  readonly surnameFirst?: boolean;
}

const words = (text: string) => text.split(' ');

/** Pairs of native spelling and Latin spelling: `伟=Wei`. */
const pairs = (text: string) =>
  words(text).map((pair) => {
    const [name = '', latin = ''] = pair.split('=');
    return { name, latin };
  });

export const NAME_STOCKS: readonly NameStock[] = [
  {
    language: 'en-GB',
    given: words('Amelia Oliver Grace Harry Isla George Freya Noah Maisie Arthur Poppy Leo Niamh Callum Imogen Rhys'),
    surname: words(
      "Smith Taylor Okafor Wright Hughes Patel Bennett Clarke Fraser Whitfield Ashworth O'Brien D'Arcy Lloyd-Jones Carmichael",
    ),
  },
  {
    language: 'en-US',
    given: words('Emma Liam Olivia Mason Ava Ethan Harper Jackson Aaliyah DeShawn Madison Tyler Brooklyn Wyatt Naomi'),
    surname: words(
      "Johnson Williams Brown Davis Miller Washington Jefferson Rivera Coleman McAllister O'Neill Begay Kowalski Sullivan",
    ),
  },
  {
    language: 'de-DE',
    given: words('Anna Lukas Lena Jürgen Sabine Jörg Käthe Matthias Ute Günther Franziska Björn Heike Sören'),
    surname: words('Müller Schröder Weiß Groß Jäger Köhler Schäfer Böhm Hoffmann Großmann Fröhlich Zimmermann Kühn'),
  },
  {
    language: 'fr-FR',
    given: words('Chloé Hugo Léa Théo Zoé François Anaïs Jérôme Margaux Benoît Inès Gaëlle Rémi Noémie'),
    surname: words(
      "Lefèvre Dubois Rousseau Gauthier Béranger N'Diaye D'Almeida L'Hermitte Chevalier Moreau Hélias Périer",
    ),
  },
  {
    language: 'es-ES',
    given: words('Lucía Álvaro Sofía Íñigo Martín Begoña José Nuria Andrés Ximena Iñaki Rocío'),
    surname: words('García Núñez Ibáñez Peña Muñoz Hernández Castaño Gutiérrez Rodríguez Zúñiga Échevarría'),
  },
  {
    language: 'pt-BR',
    given: words('João Beatriz Thiago Júlia Antônio Conceição Luísa Caetano Débora Estêvão'),
    surname: words('Gonçalves Araújo Magalhães Conceição Simões Guimarães Brandão Falcão Antunes'),
  },
  {
    language: 'pl-PL',
    given: words('Łukasz Zofia Stanisław Małgorzata Paweł Agnieszka Michał Świętosława Wojciech Żaneta'),
    surname: words('Wiśniewski Łukasik Dąbrowska Żuraw Kozłowski Wójcik Zając Śliwa Błaszczyk'),
  },
  {
    language: 'da-DK',
    given: words('Søren Åse Bjørn Kåre Mette Ærlig Jørgen Pernille Øyvind Sigrún'),
    surname: words('Sørensen Kjær Østergård Nygård Ångström Þórsdóttir Hansen Møller Brøgger'),
  },
  {
    language: 'tr-TR',
    given: words('Ayşe Çağlar Gülşen Işıl Oğuz Şebnem Ümit İbrahim Özge'),
    surname: words('Yılmaz Öztürk Şahin Çelik Kılıç Güneş Doğan Aydın'),
  },
  {
    language: 'vi-VN',
    given: words('Bảo Hương Đức Thảo Quỳnh Tuấn Ngọc Phương Hải'),
    surname: words('Nguyễn Trần Lê Phạm Huỳnh Đặng Bùi Vũ'),
    surnameFirst: true,
  },
  {
    language: 'zh-CN',
    given: pairs('伟=Wei 芳=Fang 秀英=Xiuying 敏=Min 静=Jing 磊=Lei 洋=Yang 艳=Yan 志强=Zhiqiang'),
    surname: pairs('王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 赵=Zhao 欧阳=Ouyang 周=Zhou'),
    surnameFirst: true,
  },
  {
    language: 'ja-JP',
    given: pairs('翔太=Shota 美咲=Misaki 健一=Kenichi さくら=Sakura 大輔=Daisuke 陽菜=Hina 直樹=Naoki'),
    surname: pairs('佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 渡辺=Watanabe 小林=Kobayashi 山本=Yamamoto'),
    surnameFirst: true,
  },
  {
    language: 'uk-UA',
    given: pairs('Олена=Olena Андрій=Andrii Катерина=Kateryna Тарас=Taras Юлія=Yuliia Богдан=Bohdan'),
    surname: pairs('Шевченко=Shevchenko Коваленко=Kovalenko Лук’яненко=Lukianenko Бондар=Bondar Ткачук=Tkachuk'),
  },
  {
    language: 'el-GR',
    given: pairs('Ελένη=Eleni Γιώργος=Giorgos Σοφία=Sofia Δημήτρης=Dimitris Άννα=Anna'),
    surname: pairs('Παπαδόπουλος=Papadopoulos Νικολάου=Nikolaou Ιωάννου=Ioannou Γεωργίου=Georgiou'),
  },
  {
    language: 'ar-EG',
    given: pairs('ليلى=Layla عمر=Omar نور=Nour يوسف=Youssef مريم=Maryam'),
    surname: pairs('حسن=Hassan منصور=Mansour خليل=Khalil عبدالله=Abdullah'),
  },
  {
    language: 'hi-IN',
    given: pairs('अनीता=Anita राहुल=Rahul प्रिया=Priya विक्रम=Vikram सुनीता=Sunita'),
    surname: pairs('शर्मा=Sharma पटेल=Patel गुप्ता=Gupta सिंह=Singh अय्यर=Iyer'),
  },
  {
    language: 'yo-NG',
    given: words('Adébáyọ̀ Fúnmiláyọ̀ Olúwaṣeun Títílayọ̀ Kọ́lá Àbíkẹ́'),
    surname: words('Adéyẹmí Ọládélé Akíntọ́lá Ògúnléye Ẹniọlá'),
  },
];
